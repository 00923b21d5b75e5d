-- The case store, format 1. Days are texts like 2025-10-15, money is in fen, closed sets are the names of cases.csv.
-- Sentences stand in Chinese (_zh) and English (_en).

CREATE TABLE runs (
  run INTEGER PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,        -- stands in the run.json of its report
  command TEXT NOT NULL,
  as_of TEXT NOT NULL,
  kinds TEXT NOT NULL,               -- with a comma between
  version TEXT NOT NULL,
  started TEXT NOT NULL,
  user TEXT NOT NULL,
  report TEXT NOT NULL,              -- the folder of its report
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'lost'))
);

CREATE TABLE inputs (
  run INTEGER NOT NULL REFERENCES runs,
  file TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (run, file)
) WITHOUT ROWID;

-- What changes from night to night; narrow, so that all of it is read and written in a moment.
CREATE TABLE cases (
  no INTEGER PRIMARY KEY,
  year INTEGER NOT NULL,
  serial INTEGER NOT NULL,           -- 2025-0137 is year 2025, serial 137
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  confidence REAL NOT NULL,
  money INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('new', 'open', 'sent', 'answered', 'waived', 'resolved', 'reopened')),
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  told_run INTEGER REFERENCES runs,  -- the run whose report said the status; empty: not said yet
  sight TEXT NOT NULL,               -- hash of all that is kept of the case as last seen
  closed_by TEXT,
  assigned TEXT,
  sent_on TEXT,
  due_on TEXT,
  escalated_on TEXT,
  answered_on TEXT,
  UNIQUE (year, serial)
);

-- What a case is about and rests on, as last seen.
CREATE TABLE case_facts (
  no INTEGER PRIMARY KEY REFERENCES cases,
  about TEXT NOT NULL,               -- JSON
  basis TEXT NOT NULL,               -- JSON: the lists, with the dates of their exports
  reason_zh TEXT NOT NULL,
  reason_en TEXT NOT NULL,
  schools TEXT NOT NULL,             -- for lists: names, with 、 between
  people TEXT NOT NULL
);

-- Why a case stands as it does, and why it was not checked again; only where there is something to say.
CREATE TABLE case_words (
  no INTEGER PRIMARY KEY REFERENCES cases,
  why_zh TEXT, why_en TEXT,
  unchecked_zh TEXT, unchecked_en TEXT
);

CREATE TABLE case_rows (
  no INTEGER NOT NULL REFERENCES cases,
  place INTEGER NOT NULL,
  role TEXT NOT NULL,
  school_code TEXT NOT NULL, school_name TEXT NOT NULL,
  stage TEXT, grade TEXT NOT NULL, class TEXT NOT NULL,
  name TEXT NOT NULL, id_number TEXT NOT NULL, student_number TEXT NOT NULL,
  programme TEXT NOT NULL, school_year INTEGER, term TEXT, months INTEGER NOT NULL,
  amount INTEGER, pay_first TEXT, pay_last TEXT,
  enrollment_status TEXT,
  from_first TEXT, from_last TEXT, to_first TEXT, to_last TEXT,
  register TEXT,
  source_file TEXT, source_sheet TEXT, source_row INTEGER,
  PRIMARY KEY (no, place)
) WITHOUT ROWID;
CREATE INDEX case_rows_by_school ON case_rows (school_code, no);

CREATE TABLE waivers (
  waiver INTEGER PRIMARY KEY,
  no INTEGER NOT NULL REFERENCES cases,
  reason TEXT NOT NULL,
  user TEXT NOT NULL,
  since TEXT NOT NULL,
  until TEXT NOT NULL,
  facts TEXT NOT NULL,               -- JSON: the facts it rests on
  ended TEXT,                        -- when it ended; empty while it holds
  ended_why TEXT
);
CREATE INDEX waivers_by_case ON waivers (no);

-- What a school was sent, and what it answered.
CREATE TABLE packages (
  package INTEGER PRIMARY KEY,
  school_code TEXT NOT NULL, school_name TEXT NOT NULL,
  file TEXT NOT NULL, sha256 TEXT NOT NULL,
  sent_on TEXT NOT NULL, due_on TEXT NOT NULL,
  user TEXT NOT NULL
);
CREATE TABLE package_cases (
  package INTEGER NOT NULL REFERENCES packages,
  no INTEGER NOT NULL REFERENCES cases,
  PRIMARY KEY (package, no)
) WITHOUT ROWID;
CREATE INDEX package_cases_by_case ON package_cases (no);
CREATE TABLE replies (
  reply INTEGER PRIMARY KEY,
  no INTEGER NOT NULL REFERENCES cases,
  school_code TEXT NOT NULL, school_name TEXT NOT NULL,
  answer TEXT NOT NULL,              -- 核查结果
  note TEXT NOT NULL,                -- 核查说明
  person TEXT NOT NULL,              -- 核查人
  answered_on TEXT NOT NULL,         -- 核查日期, as written
  file TEXT NOT NULL, sha256 TEXT NOT NULL,
  imported TEXT NOT NULL,
  user TEXT NOT NULL
);
CREATE INDEX replies_by_case ON replies (no);

-- Every change, chained: each entry's hash covers its fields and the hash before it.
CREATE TABLE log (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  user TEXT NOT NULL,
  action TEXT NOT NULL,
  no INTEGER,
  number TEXT NOT NULL,              -- the case's short number; empty for what is about no case
  detail TEXT NOT NULL,              -- JSON
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX log_by_case ON log (no);
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_is_never_cut BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
