"""Python environments for the peers, made once and kept under .build-peers."""
import pathlib
import shutil
import subprocess


class EnvironmentProblem(Exception):
    """Why a peer cannot be set up, in one sentence."""

    def __init__(self, sentence, is_unreachable=False):
        super().__init__(sentence)
        self.is_unreachable = is_unreachable


# What pip says when the index does not answer.
UNREACHABLE = (
    "NewConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "Name or service not known",
    "Temporary failure in name resolution", "Network is unreachable", "Connection refused",
    "ProxyError", "SSLError", "Max retries exceeded",
)


def interpreter(versions):
    """Returns a Python of one of these versions: on the PATH, or one that pyenv has installed."""
    for version in versions:
        found = shutil.which(f"python{version}")
        # The stand-ins of pyenv are on the PATH for versions that are not chosen, too.
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
        installed = pathlib.Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
        for found in sorted(installed, reverse=True):
            return str(found)
    raise EnvironmentProblem(f"it needs Python {' or '.join(versions)}, which is not installed")


def environment_python(environment, folder):
    """Returns the Python of an environment that holds its packages, making it where it is missing.

    A file in it lists the packages that were installed; another list makes it anew.
    """
    place = folder / environment.name
    stamp = place / "installed.txt"
    wanted = "\n".join(environment.packages) + "\n"
    python = place / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted:
        return str(python)
    base = interpreter(environment.pythons)
    print(f"Setting up {', '.join(environment.packages)}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    made = subprocess.run([base, "-m", "venv", str(place)], capture_output=True, text=True)
    if made.returncode != 0:
        raise EnvironmentProblem(f"python -m venv failed: {(made.stderr or made.stdout)[-300:]}")
    pip = subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--retries", "2", "--timeout", "60", *environment.packages],
        capture_output=True, text=True)
    if pip.returncode == 0:
        stamp.write_text(wanted)
        return str(python)
    shutil.rmtree(place, ignore_errors=True)
    said = (pip.stderr or pip.stdout).strip()
    if any(word in said for word in UNREACHABLE):
        raise EnvironmentProblem(
            "PyPI cannot be reached, and the peers come from there; connect to the network, or "
            "name a mirror with PIP_INDEX_URL, and try again", is_unreachable=True)
    last = said.splitlines()[-1] if said else "pip said nothing"
    raise EnvironmentProblem(f"pip could not install {', '.join(environment.packages)}: {last}")
