"""One Portway per profile: the lock that decides, and the channel on which the others reach it."""
