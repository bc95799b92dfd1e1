//! `format` and `formatlist` (cty's format.go and format_fsm.rl).

use super::golang::{self, Flags};
use super::json;
use super::support::{
    LIST_OF_STRINGS, Outcome, STRING, any, check_size, fail, fail_argument, fixed, string, text,
};
use crate::convert;
use crate::function::{Function, FunctionContext, FunctionError};
use crate::types::Type;
use crate::value::{Data, Value};

pub(super) static FORMAT: Function = Function::eager(
    "format",
    &[string("format")],
    Some(any("args").null().unknown()),
    fixed(STRING),
    |args, _, context| {
        if args[1..].iter().any(|arg| !arg.is_wholly_known()) {
            return Ok(Value::unknown(Type::String));
        }
        let items: Vec<&Value> = args[1..].iter().collect();
        format(text(args, 0), &items, context).map(Value::string)
    },
);

pub(super) static FORMATLIST: Function = Function::eager(
    "formatlist",
    &[string("format")],
    Some(any("args").null().unknown()),
    fixed(LIST_OF_STRINGS),
    format_list,
);

fn format_list(args: &[Value], ty: &Type, context: &FunctionContext<'_>) -> Outcome {
    let (template, args) = (text(args, 0), &args[1..]);
    let mut unknown = false;
    let mut length: Option<(usize, usize)> = None;
    for (index, arg) in (1..).zip(args) {
        match arg.data() {
            Data::List(_) | Data::Set(_) | Data::Tuple(_) => {
                let count = arg.length().unwrap_or(0);
                match length {
                    None => length = Some((index, count)),
                    Some((chooser, chosen)) if chosen != count => {
                        return fail_argument(
                            index,
                            format!(
                                "argument {index} has length {count}, which is inconsistent with argument {chooser} of length {chosen}"
                            ),
                        );
                    }
                    Some(_) => {}
                }
            }
            Data::Unknown(Type::Dynamic | Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                unknown = true;
            }
            _ => {}
        }
    }
    if unknown {
        return Ok(Value::unknown(ty.clone()));
    }
    let count = length.map_or(1, |(_, count)| count);
    let mut out = Vec::with_capacity(count);
    for iteration in 0..count {
        let items: Vec<&Value> = args
            .iter()
            .map(|arg| {
                arg.items()
                    .and_then(|items| items.get(iteration))
                    .unwrap_or(arg)
            })
            .collect();
        if items.iter().any(|item| !item.is_wholly_known()) {
            out.push(Value::unknown(Type::String));
            continue;
        }
        match format(template, &items, context) {
            Ok(text) => out.push(Value::string(text)),
            // Without arguments `format` itself is called.
            Err(error) if args.is_empty() => return Err(error),
            Err(error) => {
                return fail(format!(
                    "error on format iteration {iteration}: {}",
                    error.message
                ));
            }
        }
    }
    Ok(Value::list(Type::String, out))
}

/// A verb: `%`, flags, width, precision, argument number, letter.
struct Verb<'a> {
    raw: &'a str,
    offset: usize,
    letter: char,
    argument: usize,
    flags: Flags,
}

fn format(
    template: &str,
    args: &[&Value],
    context: &FunctionContext<'_>,
) -> Result<String, FunctionError> {
    let mut out = String::with_capacity(template.len());
    let mut next = 1;
    let mut highest = 0;
    let mut at = 0;
    while let Some(percent) = template[at..].find('%') {
        out.push_str(&template[at..at + percent]);
        at += percent;
        if template[at + 1..].starts_with('%') {
            out.push('%');
            at += 2;
            continue;
        }
        let verb = scan(template, at, next).map_err(FunctionError::new)?;
        highest = highest.max(verb.argument);
        next = verb.argument.saturating_add(1);
        at += verb.raw.len();
        append(&verb, args, &mut out, context)?;
        check_size(out.len(), context.limits.string_bytes, "bytes")?;
    }
    out.push_str(&template[at..]);
    if highest < args.len() {
        let message = if highest == 0 {
            "too many arguments; no verbs in format string".to_owned()
        } else {
            format!("too many arguments; only {highest} used by format string")
        };
        return fail_argument(highest + 1, message);
    }
    Ok(out)
}

/// Reads the verb at `start`.
fn scan(template: &str, start: usize, next: usize) -> Result<Verb<'_>, String> {
    let bytes = template.as_bytes();
    let mut at = start + 1;
    let mut flags = Flags::default();
    let number = |at: &mut usize| {
        let mut value = 0usize;
        while let Some(digit) = bytes.get(*at).filter(|b| b.is_ascii_digit()) {
            value = value
                .saturating_mul(10)
                .saturating_add(usize::from(digit - b'0'));
            *at += 1;
        }
        value
    };
    loop {
        match bytes.get(at) {
            Some(b'0') => flags.zero = true,
            Some(b'#') => flags.sharp = true,
            Some(b'-') => flags.minus = true,
            Some(b'+') => flags.plus = true,
            Some(b' ') => flags.space = true,
            _ => break,
        }
        at += 1;
    }
    if bytes.get(at).is_some_and(u8::is_ascii_digit) {
        flags.width = Some(number(&mut at));
    }
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        flags.precision = Some(number(&mut at));
    }
    let mut argument = next;
    if bytes.get(at) == Some(&b'[') {
        at += 1;
        if matches!(bytes.get(at), Some(b'1'..=b'9')) {
            argument = number(&mut at);
            if bytes.get(at) == Some(&b']') {
                at += 1;
            } else {
                return Err(unrecognized(template, at));
            }
        } else {
            return Err(unrecognized(template, at));
        }
    }
    match bytes.get(at) {
        Some(letter) if letter.is_ascii_alphabetic() => Ok(Verb {
            raw: &template[start..=at],
            offset: start,
            letter: char::from(*letter),
            argument,
            flags,
        }),
        _ => Err(unrecognized(template, at)),
    }
}

fn unrecognized(template: &str, at: usize) -> String {
    match template[at..].chars().next() {
        Some(c) => format!(
            "unrecognized format character {} at offset {at}",
            golang::quote_char(c)
        ),
        None => format!("invalid format string starting at offset {at}"),
    }
}

fn append(
    verb: &Verb<'_>,
    args: &[&Value],
    out: &mut String,
    context: &FunctionContext<'_>,
) -> Result<(), FunctionError> {
    // "%d" at 5
    let place = || format!("{} at {}", golang::quote(verb.raw), verb.offset);
    let Some(arg) = verb.argument.checked_sub(1).and_then(|at| args.get(at)) else {
        return fail(format!(
            "not enough arguments for {}: need index {} but have {} total",
            place(),
            verb.argument,
            args.len()
        ));
    };
    if verb.letter != 'v' && arg.is_null() {
        return fail(format!(
            "unsupported value for {}: null value cannot be formatted",
            place()
        ));
    }
    let limit = context.limits.string_bytes;
    let wide = verb.flags.width.max(verb.flags.precision).unwrap_or(0);
    check_size(wide, limit, "bytes")?;
    let unsupported =
        |why: String| FunctionError::new(format!("unsupported value for {}: {why}", place()));
    let converted = |ty: &Type| convert::convert(arg, ty).map_err(unsupported);
    match verb.letter {
        'v' => {
            let shown = match arg.data() {
                Data::String(text) if !verb.flags.sharp => text.to_string(),
                Data::Number(number) if !verb.flags.sharp => golang::number_text(number, 'g', None),
                _ => json::encode(arg).map_err(unsupported)?,
            };
            pad(&shown, verb.flags, out);
        }
        't' => {
            let value = converted(&Type::Bool)?;
            out.push_str(if value.as_bool() == Some(true) {
                "true"
            } else {
                "false"
            });
        }
        'b' | 'd' | 'o' | 'x' | 'X' => {
            let value = converted(&Type::Number)?;
            let integer = value
                .as_number()
                .filter(|number| number.is_integer())
                .and_then(crate::number::Number::to_bigint);
            let Some(integer) = integer else {
                return Err(unsupported("an integer is required".to_owned()));
            };
            out.push_str(&golang::format_integer(&integer, verb.letter, verb.flags));
        }
        'e' | 'E' | 'f' | 'g' | 'G' => {
            let value = converted(&Type::Number)?;
            if let Some(number) = value.as_number() {
                out.push_str(&golang::format_float(number, verb.letter, verb.flags));
            }
        }
        's' | 'q' => {
            let value = converted(&Type::String)?;
            let text = value.as_str().unwrap_or_default();
            let length = match verb.flags.precision {
                Some(precision) if precision > 0 => golang::prefix_length(text, precision),
                _ => text.len(),
            };
            let text = &text[..length];
            if verb.letter == 's' {
                pad(text, verb.flags, out);
            } else {
                let mut quoted = String::new();
                json::write_string(text, &mut quoted);
                pad(&quoted, verb.flags, out);
            }
        }
        letter => {
            return fail(format!(
                "unsupported format verb {} in {} at offset {}",
                golang::quote_char(letter),
                golang::quote(verb.raw),
                verb.offset
            ));
        }
    }
    Ok(())
}

/// Fills up to the width, which counts grapheme clusters.
fn pad(text: &str, flags: Flags, out: &mut String) {
    let missing = flags.width.map_or(0, |width| {
        width.saturating_sub(golang::grapheme_count(text))
    });
    let fill = if flags.zero { "0" } else { " " }.repeat(missing);
    if flags.minus {
        out.push_str(text);
        out.push_str(&fill);
    } else {
        out.push_str(&fill);
        out.push_str(text);
    }
}
