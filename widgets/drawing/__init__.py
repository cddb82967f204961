"""Drawing: axes, canvas, plots, blocks, heat maps, figures, the base of all panels."""
