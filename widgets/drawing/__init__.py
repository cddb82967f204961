"""Drawing: axes, braille, blocks, figures, the base of all panels."""
