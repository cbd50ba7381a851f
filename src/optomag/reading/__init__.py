"""Reading magnetization with light: kernels by reciprocity, read-out of scans, photons and other noise."""
