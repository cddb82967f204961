"""The weights: table of norms, heat maps, gradient through time, eigenvalue and saturation."""
