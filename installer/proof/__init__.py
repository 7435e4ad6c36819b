"""Proof that the packages install, work, upgrade and leave, each as its own slow command.

python -m installer.proof.linux      as root, with debootstrap: the .deb and the .run
python -m installer.proof.windows    the setup program, silently
"""
