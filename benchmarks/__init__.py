"""How fast the engine is and how little the screen is in its way, measured side by side.

``python -m benchmarks`` runs it all; what is compared with what stands in `rows` (the work)
and in `contenders` (who does it).
"""
