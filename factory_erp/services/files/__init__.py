"""Files of the workspace: its folder, issued documents, pictures and certificates by their bytes."""
