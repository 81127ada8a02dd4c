"""The merchant's own rules: what is pinned, lifted, pressed down, never shown, belongs together, or has to fit."""
