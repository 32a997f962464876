"""Speaks HTTP, knows no business."""
