"""Prints the live sessions, again whenever one begins, changes or ends. Python 3.9 or later, without a package.

python3 live.py http://127.0.0.1:4000 [token]
"""

import http.client
import json
import random
import sys
import time
import urllib.error
import urllib.request

LIST = """query ($after: Cursor) {
  streamSessions(filter: { state: { eq: LIVE } }, first: 500, after: $after) {
    liveFrom nodes { id sequence } pageInfo { hasNextPage endCursor }
  }
}"""
CHANGES = """subscription ($after: Cursor) {
  streamSessionChanged(filter: { state: { eq: LIVE } }, left: true, after: $after) {
    cursor matches streamSession { id sequence }
  }
}"""
# Seconds: heartbeats arrive every 25, so a connection that is silent for longer is dead.
SILENCE_MAX = 60
RETRY_MAX = 5
# Where the same request may succeed a little later.
PASSING = ("STORE_UNAVAILABLE", "QUERIES_OVERLOADED", "OPERATION_TIMEOUT", "TOO_MANY_SUBSCRIPTIONS")


class ListAgain(Exception):
    """The cursor is no longer valid."""


def post(url, token, query, variables, accept="application/graphql-response+json"):
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"content-type": "application/json", "accept": accept}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=SILENCE_MAX)


def data_of(answer):
    if not answer.get("errors"):
        return answer["data"]
    error = answer["errors"][0]
    code = error.get("extensions", {}).get("code")
    if code in ("RESYNC", "CURSOR_INVALID"):
        raise ListAgain(error["message"])
    if code in PASSING:
        raise OSError(error["message"])
    raise SystemExit(f"{code}: {error['message']}")


def read_list(url, token):
    """All live sessions by id, and the cursor from which changes continue them."""
    rows, live_from, after = {}, None, None
    while True:
        with post(f"{url}/graphql", token, LIST, {"after": after}) as answer:
            page = data_of(json.load(answer))["streamSessions"]
        # What changes while the other pages are read comes after `liveFrom` of the first one.
        live_from = live_from or page["liveFrom"]
        rows.update((row["id"], row) for row in page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            return rows, live_from
        after = page["pageInfo"]["endCursor"]


def changes(url, token, after):
    """Yields each message with its cursor, and cursors without a message, until the connection ends."""
    with post(f"{url}/graphql/stream", token, CHANGES, {"after": after}, "text/event-stream") as stream:
        event = {}
        for line in stream:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
                continue
            if event.get("event") == "next":
                yield event.get("id"), data_of(json.loads(event["data"]))["streamSessionChanged"]
            elif event.get("id"):
                yield event["id"], None
            event = {}


def follow(url, token, show):
    """Shows the list, then again after each change, whatever happens to the connection."""
    rows, cursor, failures = {}, None, 0
    while True:
        try:
            if cursor is None:
                rows, cursor = read_list(url, token)
                show(rows)
            for cursor, change in changes(url, token, cursor):
                failures = 0
                if change is None:
                    continue
                row = change["streamSession"]
                if change["matches"]:
                    rows[row["id"]] = row
                else:
                    rows.pop(row["id"], None)
                show(rows)
        except ListAgain:
            cursor = None
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise SystemExit(f"{error.code}: {error.read().decode()}") from error
        except (OSError, http.client.HTTPException) as error:
            # Refused, reset, silent or cut off.
            print(f"{error}: trying again", file=sys.stderr)
        time.sleep(min(RETRY_MAX, 0.25 * 2**failures) * random.uniform(0.5, 1))
        failures = min(failures + 1, 10)


if __name__ == "__main__":
    follow(
        sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:4000",
        sys.argv[2] if len(sys.argv) > 2 else None,
        lambda rows: print(json.dumps({"live": [row["sequence"] for row in rows.values()]}), flush=True),
    )
