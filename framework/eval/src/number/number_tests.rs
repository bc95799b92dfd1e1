use super::*;

fn n(text: &str) -> Number {
    Number::parse(text).expect(text)
}

#[test]
fn prints_as_terraform() {
    for (text, shown) in [
        ("0", "0"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("1e-3", "0.001"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1p5", "32"),
        ("18446744073709551616", "18446744073709551616"),
        ("-12.25", "-12.25"),
        (
            "123456789012345678901234567890.5",
            "123456789012345678901234567890.5",
        ),
        ("Inf", "+Inf"),
        ("-inf", "-Inf"),
        ("1e400", &format!("1{}", "0".repeat(400))),
    ] {
        assert_eq!(n(text).to_string(), shown, "{text}");
    }
    for text in [
        "", "+", ".", "1_0", "0x1", "1e", "1e+", "e5", "1.2.3", " 1", "1 ", "NaN", "１",
    ] {
        assert!(Number::parse(text).is_none(), "{text}");
    }
}

#[test]
fn computes_with_512_bits() {
    assert_eq!(n("0.1").add(&n("0.2")), Ok(n("0.3")));
    assert_eq!(n("1").modulo(&n("0")), Ok(n("1")));
    assert_eq!(n("-7").modulo(&n("3")), Ok(n("-1")));
    assert_eq!(n("1").divide(&n("0")), Ok(Number::INFINITY));
    assert_eq!(n("0").divide(&n("0")), Err(NotANumber));
    assert_eq!(
        n("18446744073709551615")
            .add(&n("1"))
            .map(|s| s.to_string()),
        Ok("18446744073709551616".into())
    );
}

#[test]
fn agrees_with_machine_floats() {
    for value in [
        0.1,
        1.0 / 3.0,
        5e-324,
        1.7976931348623157e308,
        -2.5e-310,
        123456.789,
    ] {
        let number = Number::from_f64(value).expect("finite");
        assert_eq!(number.to_f64().to_bits(), value.to_bits());
        assert_eq!(number.to_string().parse::<f64>(), Ok(value));
    }
    assert_eq!(n("2.5").floor(), n("2"));
    assert_eq!(n("-2.5").floor(), n("-3"));
    assert_eq!(n("-2.5").ceil(), n("-2"));
}
