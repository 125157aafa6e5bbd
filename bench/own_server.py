"""A benchmark on a private temporary server with settings of its own."""
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run_beside(settings=""):
    """Starts the script anew beside such a server, which goes when it ends. Beside a server with other settings its figures would mean
    something else: with the default of 128 MB of shared buffers, a scan copies every page of a large table out of the kernel."""
    if "QUERN_CLUSTER" not in os.environ:
        os.environ["QUERN_CLUSTER_CONF"] = settings
        os.execv(ROOT / "tools/cluster", ["tools/cluster", os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    if os.environ.get("QUERN_CLUSTER_CONF", "") != settings:
        sys.exit(f"{sys.argv[0]}: run it by itself, not beside a server: it starts one with the settings that it needs")
