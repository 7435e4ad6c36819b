"""The logic of the build; that what it makes works, `installer.proof` shows, slowly."""
