//! `cases import-replies`: what schools answered, back into the store.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use chrono::Local;
use rustc_hash::FxHashMap;
use serde::Serialize;

use aidcheck::cases::life::Round;
use aidcheck::cases::store::{Doer, Reply, StoreError};
use aidcheck::cases::{
    Answer, CaseRow, FilledRow, ReplyFile, SchoolName, key_of, read_reply_file,
    school_by_file_name, school_by_rows,
};
use aidcheck::ingest::{Disk, FileSource, InputFile, Unpacked, discover};
use aidcheck::record::{Language, Message};
use aidcheck::report::sha256_hex;

use super::super::nights::user;
use super::super::{Stop, Voice, say};
use super::Desk;
use super::arguments::{ImportArguments, StoreArguments};

/// Bytes of a reply file; a school's cases take a thousandth of it.
const MOST_BYTES: u64 = 256 << 20;

/// What became of a file, for people and for `--json`.
#[derive(Debug, Default, Serialize)]
struct Imported {
    file: String,
    school_code: String,
    school_name: String,
    /// How many cases got each answer.
    answers: BTreeMap<&'static str, u64>,
    /// Cases whose answer was there already.
    known: u64,
    /// Cases without an answer.
    blank: u64,
    /// What could not be taken, and where it stands.
    problems: Vec<String>,
    #[serde(skip)]
    used: bool,
}

/// A case as the rows of a file name it.
struct Named {
    no: i64,
    rows: Vec<CaseRow>,
}

/// Imports all files given; folders and archives are looked into.
pub fn import(
    arguments: &ImportArguments,
    store: &StoreArguments,
    voice: Voice,
) -> anyhow::Result<u8> {
    let mut desk = Desk::to_change(&arguments.doer, store, voice)?;
    let inputs = discover(&arguments.paths);
    if let Some(missing) = inputs.missing.first() {
        return Err(Stop::usage(match desk.language {
            Language::Zh => format!("找不到 {}；请检查路径", missing.display()),
            Language::En => format!("{} does not exist; check the path", missing.display()),
        })
        .into());
    }
    let (unpacked, files, notices) = Unpacked::over(&Disk, &inputs.files);
    let language = desk.language;
    let (who, at) = (user(arguments.doer.user.as_deref()), Local::now().to_rfc3339());
    let doer = Doer { user: &who, at: &at, today: desk.today };
    let schools = desk.store.schools().map_err(desk.stop())?;
    let forced = arguments.school.as_deref().map(|name| {
        let found = schools.iter().find(|(code, school)| code == name || school == name);
        found.cloned().ok_or_else(|| {
            Stop::usage(match language {
                Language::Zh => format!("案件库中没有学校 {name}；请写学校代码或全名"),
                Language::En => {
                    format!("no school {name} in the store; give its code or full name")
                }
            })
        })
    });
    let forced = forced.transpose()?;
    let mut done: Vec<Imported> = Vec::new();
    for notice in notices {
        if let Some(error) = notice.error {
            let problems = vec![error.get(language).to_string()];
            done.push(Imported { file: notice.archive.name, problems, ..Imported::default() });
        }
    }
    for file in &files {
        let imported = one_file(&mut desk, doer, file, &unpacked, (&schools, forced.as_ref()));
        done.push(imported.map_err(desk.stop())?);
    }
    if store.json {
        say(&serde_json::to_string_pretty(&done)?)?;
    } else {
        for file in &done {
            tell(file, language, voice)?;
        }
    }
    if done.iter().any(|file| file.used) {
        return Ok(0);
    }
    Err(Stop::no_input(match language {
        Language::Zh => "没有可以导入的核查回复；回复文件须有“案件编号”和“核查结果”两列",
        Language::En => {
            "no reply could be imported; such a file has the columns 案件编号 and 核查结果"
        }
    })
    .into())
}

fn one_file(
    desk: &mut Desk,
    doer: Doer,
    file: &InputFile,
    source: &dyn FileSource,
    (schools, forced): (&[SchoolName], Option<&SchoolName>),
) -> Result<Imported, StoreError> {
    let language = desk.language;
    let mut imported = Imported { file: file.name.clone(), ..Imported::default() };
    let mut bytes = Vec::new();
    let read =
        source.open(&file.path).and_then(|from| from.take(MOST_BYTES).read_to_end(&mut bytes));
    let sha256 = sha256_hex(&bytes);
    let content = match read {
        Ok(_) => read_reply_file(&file.name, bytes),
        Err(error) => Err(Message::new(
            format!("无法读取（{error}）；请关闭正在使用该文件的程序"),
            format!("cannot be read ({error}); close the program that holds it"),
        )),
    };
    let ReplyFile { is_reply, rows, problems } = match content {
        Ok(content) => content,
        Err(error) => {
            imported.problems.push(error.get(language).to_string());
            return Ok(imported);
        }
    };
    imported.problems.extend(problems.iter().map(|problem| problem.get(language).to_string()));
    if !is_reply {
        imported.problems.push(
            desk.say(
                "不是核查回复（没有“案件编号”和“核查结果”两列），未导入",
                "no reply (the columns 案件编号 and 核查结果 are missing); not imported",
            )
            .to_string(),
        );
        return Ok(imported);
    }
    imported.used = true;
    // The rows of one case stand together, in the order of the file.
    let mut order: Vec<String> = Vec::new();
    let mut by_case: FxHashMap<String, Vec<&FilledRow>> = FxHashMap::default();
    for row in &rows {
        let of_case = by_case.entry(row.case.to_uppercase()).or_default();
        if of_case.is_empty() {
            order.push(row.case.to_uppercase());
        }
        of_case.push(row);
    }
    let mut cases: FxHashMap<&str, Named> = FxHashMap::default();
    for case in &order {
        if let Some(no) = desk.store.find(case)? {
            let rows = desk.store.detail(no)?.rows;
            cases.insert(case, Named { no, rows });
        }
    }
    let stem = Path::new(&file.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let school = forced.cloned().or_else(|| school_by_file_name(&stem, schools)).or_else(|| {
        let shown = rows.iter().filter_map(|row| {
            cases.get(row.case.to_uppercase().as_str()).map(|case| (row, case.rows.as_slice()))
        });
        school_by_rows(shown)
    });
    let Some(school) = school else {
        imported.problems.push(
            desk.say(
                "看不出是哪所学校的回复，未导入；请用 --school 写明学校代码，或在文件名中写明学校",
                "which school answers cannot be told; not imported. Name it with --school CODE, or in the file's name",
            )
            .to_string(),
        );
        return Ok(imported);
    };
    (imported.school_code, imported.school_name) = school.clone();
    for case in &order {
        let filled = &by_case[case];
        let taken = match chosen(filled) {
            Ok(None) => {
                imported.blank += 1;
                continue;
            }
            Ok(Some(taken)) => taken,
            Err((row, why)) => {
                imported.problems.push(at(row, &why, language));
                continue;
            }
        };
        let (row, answer) = taken;
        let named = cases.get(case.as_str());
        let Some(named) = named.filter(|named| {
            named.rows.iter().any(|of_case| of_case.school_key() == key_of(&school))
        }) else {
            let why = refusal(case, named.is_some(), &school);
            imported.problems.push(at(row, &why, language));
            continue;
        };
        let reply = Reply {
            case: named.no,
            school_code: school.0.clone(),
            school_name: school.1.clone(),
            answer: answer.chinese().into(),
            note: row.note.clone(),
            person: row.person.clone(),
            answered_on: row.date.clone(),
            file: file.name.clone(),
            sha256: sha256.clone(),
        };
        let rounds = desk.store.rounds_of(named.no)?;
        let round = rounds.iter().find(|round| round.school == key_of(&school));
        if is_known(desk, &reply, round)? {
            imported.known += 1;
            continue;
        }
        desk.store.record_reply(doer, &reply)?;
        *imported.answers.entry(answer.chinese()).or_default() += 1;
    }
    Ok(imported)
}

/// The answer of the rows of one case: the first row that says it, for a school need not fill all of
/// them. `None` if no row is filled.
fn chosen<'r>(
    filled: &[&'r FilledRow],
) -> Result<Option<(&'r FilledRow, Answer)>, (&'r FilledRow, Message)> {
    let mut taken: Option<(&FilledRow, Answer)> = None;
    for &row in filled.iter().filter(|row| !row.answer.is_empty()) {
        let Some(answer) = Answer::parse(&row.answer) else {
            let words = Answer::ALL.map(Answer::chinese).join("、");
            let value = &row.answer;
            return Err((
                row,
                Message::new(
                    format!("核查结果“{value}”不能识别，未导入；请改为{words}之一"),
                    format!(
                        "the answer \"{value}\" is not known and was not taken; write one of {words}"
                    ),
                ),
            ));
        };
        match taken {
            Some((first, other)) if other != answer => {
                let (one, two) = (other.chinese(), answer.chinese());
                let (at, why) = (first.row, row);
                return Err((
                    why,
                    Message::new(
                        format!(
                            "同一案件在第{at}行答“{one}”，这里答“{two}”，未导入；请学校改为一致"
                        ),
                        format!(
                            "the same case is answered {one} in row {at} and {two} here; not taken, ask the school"
                        ),
                    ),
                ));
            }
            Some(_) => {}
            None => taken = Some((row, answer)),
        }
    }
    Ok(taken)
}

fn refusal(case: &str, exists: bool, school: &SchoolName) -> Message {
    let name = if school.1.is_empty() { &school.0 } else { &school.1 };
    match (case, exists) {
        ("", _) => Message::new(
            "有核查结果而没有案件编号，未导入；请补上案件编号",
            "an answer without a case; not taken, fill in 案件编号",
        ),
        (case, true) => Message::new(
            format!("案件 {case} 与{name}无关，未导入；请核对是哪所学校的回复"),
            format!("case {case} is not one of {name}; refused, check which school answers"),
        ),
        (case, false) => Message::new(
            format!("没有案件 {case}，未导入；请核对案件编号"),
            format!("there is no case {case}; not taken, check the number"),
        ),
    }
}

/// Whether this answer came before: in a file of the same bytes, or word for word since the school was
/// last asked (a file that is sent in again with one more answer).
fn is_known(desk: &Desk, reply: &Reply, round: Option<&Round>) -> Result<bool, StoreError> {
    if desk.store.has_reply(reply.case, &reply.sha256)? {
        return Ok(true);
    }
    if round.is_none_or(|round| round.answer.is_none()) {
        return Ok(false);
    }
    let replies = desk.store.replies_of(reply.case)?;
    let last = replies.iter().rev().find(|known| {
        known.school_code == reply.school_code
            && (!known.school_code.is_empty() || known.school_name == reply.school_name)
    });
    Ok(last.is_some_and(|known| {
        (&known.answer, &known.note, &known.person, &known.answered_on)
            == (&reply.answer, &reply.note, &reply.person, &reply.answered_on)
    }))
}

/// A problem with its place: `核查 第3行：…`.
fn at(row: &FilledRow, why: &Message, language: Language) -> String {
    let (sheet, number) = (&row.sheet, row.row);
    let blank = if sheet.is_empty() { "" } else { " " };
    match language {
        Language::Zh => format!("{sheet}{blank}第{number}行：{}", why.zh),
        Language::En => format!("{sheet}{blank}row {number}: {}", why.en),
    }
}

fn tell(file: &Imported, language: Language, voice: Voice) -> anyhow::Result<()> {
    let name = if file.school_name.is_empty() { &file.school_code } else { &file.school_name };
    if !name.is_empty() {
        let taken: u64 = file.answers.values().sum();
        let zh = language == Language::Zh;
        let kinds: Vec<String> =
            file.answers.iter().map(|(answer, cases)| format!("{answer} {cases}")).collect();
        let kinds = match (kinds.is_empty(), zh) {
            (true, _) => String::new(),
            (false, true) => format!("（{}）", kinds.join("，")),
            (false, false) => format!(" ({})", kinds.join(", ")),
        };
        let (known, blank) = (file.known, file.blank);
        voice.say(&match language {
            Language::Zh => format!(
                "{}：{name}，导入答复 {taken} 件{kinds}，此前已导入 {known} 件，未填 {blank} 件",
                file.file
            ),
            Language::En => format!(
                "{}: {name}, {taken} answers taken{kinds}, {known} known before, {blank} not answered",
                file.file
            ),
        })?;
    }
    for problem in &file.problems {
        voice.say(&match language {
            Language::Zh => format!("{}：{problem}", file.file),
            Language::En => format!("{}: {problem}", file.file),
        })?;
    }
    Ok(())
}
