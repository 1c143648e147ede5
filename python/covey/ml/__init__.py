"""Fits and their evaluation: frames in, frames out, and nothing else."""
