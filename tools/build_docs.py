"""Build the whole site with nbdev before Quarto renders the top folder, and pass its exit code on."""
import subprocess, sys

sys.exit(subprocess.run(['nbdev_docs']).returncode)
