-- Why the records of a case are one person's, field by field; only where no equal number says it.
CREATE TABLE case_evidence (
  no INTEGER PRIMARY KEY REFERENCES cases,
  zh TEXT NOT NULL,
  en TEXT NOT NULL
);
