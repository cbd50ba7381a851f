"""Earlier ways to shape magnetization with light, each as a named design with its numbers."""
