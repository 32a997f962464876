"""Machinery that knows neither HTTP nor business."""
