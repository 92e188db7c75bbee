use axum::{body::Bytes, http::StatusCode};
use parquet::{
    file::{
        metadata::RowGroupMetaData,
        reader::{FileReader, SerializedFileReader},
    },
    record::{Field, Row},
};
use serde_json::{Value, json};

use super::{super::Pages, *};
use crate::{
    clock::from_rfc3339,
    export::ndjson::Ndjson,
    store::LeadQuery,
    testing::{Endpoint, FORM, json as submission},
};

/// More kinds of fields than the usual form of tests has.
const FIELDS: &str = r#"
[[field]]
id = "topics"
kind = "multi_select"
label = { en = "Topics", ru = "Темы" }
options = [
  { id = "time", label = { en = "Time", ru = "Время" } },
  { id = "price", label = { en = "Price", ru = "Цена" } },
]

[[field]]
id = "met"
kind = "yes_no"
label = { en = "Have we met?", ru = "Мы знакомы?" }

[[field]]
id = "mark"
kind = "rating"
max = 5
label = { en = "Mark", ru = "Оценка" }

[scorecard]
"#;

/// All leads of an endpoint in a format.
async fn file<F: Format>(endpoint: &Endpoint, format: F) -> Vec<u8> {
    let mut pages = Pages::new(endpoint.state.store.as_ref(), LeadQuery::default(), None, format);
    let mut file = Vec::new();
    while let Some(bytes) = pages.next().await.unwrap() {
        file.extend(bytes);
    }
    file
}

async fn parquet(endpoint: &Endpoint, group_rows: usize) -> SerializedFileReader<Bytes> {
    let columns = Columns::read(endpoint.state.store.as_ref(), None).await.unwrap();
    let format = Parquet { group_rows, ..Parquet::new(columns).unwrap() };
    SerializedFileReader::new(Bytes::from(file(endpoint, format).await)).unwrap()
}

fn cell<'r>(row: &'r Row, name: &str) -> &'r Field {
    let (_, field) = row.get_column_iter().find(|(column, _)| *column == name).unwrap();
    field
}

/// As lines of JSON have it.
fn as_json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(yes) => json!(yes),
        Field::Long(number) => json!(number),
        Field::Str(text) => json!(text),
        Field::ListInternal(list) => list.elements().iter().map(as_json).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_of_several_row_groups_says_what_the_lines_of_json_say() {
    let endpoint = Endpoint::with(|settings| settings.duplicate_window_seconds = 0).await;
    endpoint.serve(&[&FORM.replacen("\n[scorecard]\n", FIELDS, 1)]).await;
    for number in 0..25 {
        let more = match number % 3 {
            0 => r#""topics":["time","price"],"met":true,"mark":4,"#,
            1 => r#""topics":["price"],"met":false,"#,
            _ => "",
        };
        let body = submission(&format!("0191d3c0-0000-4000-8000-{number:012}"), "");
        let body = body.replace("\"answers\":{", &format!("\"answers\":{{{more}"));
        let sent = endpoint.submit(body.replace("Ana Pop", &format!("Ana {number}"))).await;
        assert_eq!(sent.status(), StatusCode::OK);
        endpoint.clock.pass(std::time::Duration::from_millis(1_001));
    }
    let lines = String::from_utf8(file(&endpoint, Ndjson).await).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let reader = parquet(&endpoint, 10).await;
    let groups: Vec<i64> = reader.metadata().row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [10, 10, 5]);
    let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!((rows.len(), lines.len()), (25, 25));
    for (row, line) in rows.iter().zip(&lines) {
        for name in ["id", "form", "channel", "language", "decision", "grade", "score", "points_milli", "fit_milli"] {
            assert_eq!(as_json(cell(row, name)), line[name], "{name}");
        }
        let Field::TimestampMicros(at) = cell(row, "received_at") else { panic!("{row}") };
        assert_eq!(*at, from_rfc3339(line["received_at"].as_str().unwrap()).unwrap().as_millis() * 1_000);
        for field in ["name", "email", "budget", "topics"] {
            assert_eq!(as_json(cell(row, &format!("answer.{field}"))), line["answers"][field], "{field}");
        }
        let answered = |field: &str| line["answers"][field].as_str().map(str::to_owned);
        let met = answered("met").map(|met| met == "yes");
        assert_eq!(as_json(cell(row, "answer.met")), json!(met));
        let mark = answered("mark").map(|mark| mark.parse::<i64>().unwrap());
        assert_eq!(as_json(cell(row, "answer.mark")), json!(mark));
        for name in JSON {
            let Field::Str(text) = cell(row, name) else { panic!("{row}") };
            assert_eq!(serde_json::from_str::<Value>(text).unwrap(), line[name], "{name}");
        }
    }
}

#[tokio::test]
async fn a_file_without_leads_has_its_columns_all_the_same() {
    let reader = parquet(&Endpoint::new().await, 10).await;
    let columns = reader.metadata().file_metadata().schema_descr();
    assert_eq!((reader.num_row_groups(), reader.get_row_iter(None).unwrap().count()), (0, 0));
    assert!(columns.columns().iter().any(|column| column.path().string() == "answer.email"));
}
