use std::sync::Mutex;

use super::*;

/// A dialogue with somebody who types `lines` and then leaves: what came of it,
/// which questions were asked, and what else was said.
fn dialogue<T>(
    lines: &[&str],
    talk_to: impl FnOnce(Ask<'_>, Talk<'_>) -> Result<T, Stop>,
) -> (Result<T, Stop>, Vec<String>, Vec<String>) {
    let mut lines = lines.iter();
    let mut asked = Vec::new();
    let said = Mutex::new(Vec::new());
    let mut ask = |prompt: &str| {
        asked.push(prompt.to_owned());
        lines
            .next()
            .map(|line| (*line).to_owned())
            .ok_or(Stop::Interrupted)
    };
    let talk = |line: &str| said.lock().unwrap().push(line.to_owned());
    let result = talk_to(&mut ask, &talk);
    (result, asked, said.into_inner().unwrap())
}

fn pairs(pairs: &[(&str, &str)]) -> Answers {
    pairs
        .iter()
        .map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned()))
        .collect()
}

#[test]
fn empty_lines_take_defaults_that_read_earlier_answers() {
    let local = starter("local").unwrap();
    let (result, asked, said) = dialogue(&["wile", "", " west "], |ask, talk| {
        answers(ask, talk, local, &Answers::new(), Some("trial"))
    });
    assert_eq!(
        result.unwrap(),
        pairs(&[
            ("domain", "infra.wile.example"),
            ("name", "wile"),
            ("region", "west"),
        ])
    );
    assert_eq!(asked[0], "Name of the platform [trial]: ");
    assert!(asked[1].ends_with(" [infra.wile.example]: "));
    assert!(said.is_empty());
}

#[test]
fn what_was_given_is_not_asked() {
    let eks = starter("eks").unwrap();
    let given = pairs(&[("account", "123456789012"), ("name", "acme")]);
    let (result, asked, _) = dialogue(&["", "", "", ""], |ask, talk| {
        answers(ask, talk, eks, &given, None)
    });
    assert_eq!(asked.len(), eks.options.len() - given.len());
    assert_eq!(result.unwrap()["account"], "123456789012");
}

#[test]
fn a_wrong_answer_is_asked_for_again() {
    let local = starter("local").unwrap();
    let (result, asked, said) = dialogue(&["Acme Inc", "acme", "", ""], |ask, talk| {
        answers(ask, talk, local, &Answers::new(), None)
    });
    assert_eq!(result.unwrap()["name"], "acme");
    assert_eq!(asked[0], asked[1]);
    assert!(said[0].contains("`Acme Inc`"), "{said:?}");
}

#[test]
fn wrong_flags_end_the_dialogue_before_it_starts() {
    let local = starter("local").unwrap();
    for given in [pairs(&[("name", "A")]), pairs(&[("account", "1")])] {
        let (result, asked, _) = dialogue(&[], |ask, talk| answers(ask, talk, local, &given, None));
        assert_eq!(result, Ok(given));
        assert!(asked.is_empty());
    }
}

#[test]
fn starters_are_listed_and_asked_for_until_one_is_known() {
    let (result, asked, said) = dialogue(&["ecs", "eks"], |ask, talk| {
        which_starter(ask, talk, "local")
    });
    assert_eq!(result.unwrap().name, "eks");
    assert_eq!(asked, ["Starter [local]: ", "Starter [local]: "]);
    assert!(said.iter().any(|line| line.contains("did you mean `eks`")));
}

#[test]
fn the_end_of_input_is_an_interruption() {
    let local = starter("local").unwrap();
    let (result, ..) = dialogue(&["acme"], |ask, talk| {
        answers(ask, talk, local, &Answers::new(), None)
    });
    assert_eq!(result, Err(Stop::Interrupted));
}
