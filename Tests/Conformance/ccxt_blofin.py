"""What ccxt's BloFin client sees of a served exchange, REST and streams, with the values checked.

Every check is one function; the closing line counts them: `N passed, N failed`.
"""

import argparse
import asyncio
import sys
import time
import traceback

import ccxt_rest  # noqa: F401  each module adds its checks to the list
import ccxt_streams  # noqa: F401
import ccxt_hedge  # noqa: F401
import ccxt_limits  # noqa: F401
from ccxt_session import CHECKS, Session


async def clean(session):
    """Takes away what a failed check left behind, so that the others can pass."""
    try:
        await session.flat()
    except Exception as problem:
        print(f"       and it could not be cleaned up: {type(problem).__name__}: {problem}")


async def run(options):
    session = Session(options)
    passed, failed = 0, []
    for function in CHECKS:
        if options.only and options.only not in function.__name__:
            continue
        name = function.__name__.replace("_", " ")
        began = time.monotonic()
        try:
            await asyncio.wait_for(function(session), 180)
        except Exception as problem:  # each check stands alone; the rest must still run
            failed.append(name)
            print(f"FAILED {name}: {type(problem).__name__}: {problem}")
            if options.verbose:
                traceback.print_exc()
            await clean(session)
        else:
            passed += 1
            print(f"ok     {name} ({time.monotonic() - began:.1f} s)")
    await session.client.close()
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True, help="host:port of the served exchange")
    parser.add_argument(
        "--strict-address", required=True, help="host:port of one with the exchange's limits")
    parser.add_argument("--key", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--passphrase", required=True)
    parser.add_argument("--only", help="run the checks whose name holds this text")
    parser.add_argument("--verbose", action="store_true")
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
