"""What becomes of absorbed light: temperatures after a pulse, and what they switch."""
