"""The memory view: does the network use its memory, and how far does it reach?"""
