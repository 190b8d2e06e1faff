"""Training: recipes, the loop, what a run leaves behind. Needs the [train] extra."""
