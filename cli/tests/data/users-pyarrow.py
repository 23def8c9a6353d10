# Made users-pyarrow.parquet, with pyarrow 26.0.1: python3 users-pyarrow.py
# Two row groups, snappy, dictionaries, NULLs, an int64, a timestamp, a list and a struct.
import datetime
import hashlib

import pyarrow as pa
import pyarrow.parquet as pq


def digest(password, kind):
    return hashlib.new(kind, password.encode()).hexdigest()


people = [("ada", "correct horse", "md5"), ("bob", "hunter2", "sha1"), ("cyd", None, None),
          ("dan", "", "md5"), ("eve", "pässwörd", "sha1"), ("fay", "hunter2", "sha1"),
          ("gus", "tr0ub4dor&3", "md5"), ("hal", None, "md5"), ("ivy", "iloveyou", "md5"),
          ("jan", "letmein", "sha1")]
rows = []
for at, (name, password, kind) in enumerate(people):
    rows.append({
        "id": (1 << 53) + at,
        "name": name,
        "pw": None if password is None else digest(password, kind),
        "kind": kind,
        "made": None if at == 4 else datetime.datetime(2026, 1, 1 + at, 12, 30, tzinfo=datetime.timezone.utc),
        "tags": None if at == 2 else ["a", None, "b" * at][:at % 4],
        "home": None if at == 5 else {"city": f"city {at % 3}", "zip": None if at == 6 else at},
    })
schema = pa.schema([
    pa.field("id", pa.int64(), nullable=False),
    pa.field("name", pa.dictionary(pa.int32(), pa.string())),
    pa.field("made", pa.timestamp("us", tz="UTC")),
    pa.field("pw", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("tags", pa.list_(pa.string())),
    pa.field("home", pa.struct([("city", pa.string()), ("zip", pa.int32())])),
], metadata={"made by": "the users of a test"})
table = pa.Table.from_pylist(rows, schema=schema)
pq.write_table(table, "users-pyarrow.parquet", row_group_size=6, compression="snappy",
               write_page_index=True, write_page_checksum=True)
