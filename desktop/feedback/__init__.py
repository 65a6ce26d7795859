"""What people say of answers: thumbs below each one, and a panel for score, reasons and a better answer."""
