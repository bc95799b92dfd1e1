//! Code pages that the `encoding_rs` crate does not have, from the code charts
//! that Unicode and ICU publish.

/// What the bytes of a code page mean.
pub(super) struct CodePage {
    /// The characters of all 256 bytes, or of the upper 128 over ASCII.
    pub characters: &'static str,
    /// Bytes that differ from `characters`.
    pub changes: &'static [(u8, char)],
}

#[rustfmt::skip]
mod characters {
    pub(super) const IBM037: &str = "\
        \u{0}\u{1}\u{2}\u{3}\u{9c}\u{9}\u{86}\u{7f}\u{97}\u{8d}\u{8e}\u{b}\u{c}\u{d}\u{e}\
        \u{f}\u{10}\u{11}\u{12}\u{13}\u{9d}\u{85}\u{8}\u{87}\u{18}\u{19}\u{92}\u{8f}\u{1c}\
        \u{1d}\u{1e}\u{1f}\u{80}\u{81}\u{82}\u{83}\u{84}\u{a}\u{17}\u{1b}\u{88}\u{89}\u{8a}\
        \u{8b}\u{8c}\u{5}\u{6}\u{7}\u{90}\u{91}\u{16}\u{93}\u{94}\u{95}\u{96}\u{4}\u{98}\
        \u{99}\u{9a}\u{9b}\u{14}\u{15}\u{9e}\u{1a} \u{a0}âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀ\
        ÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ`:#@'=\u{22}Øabcdefghi«»ðýþ±°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿ÐÝÞ®^£¥·\
        ©§¶¼½¾[]¯¨´×{ABCDEFGHI\u{ad}ôöòóõ}JKLMNOPQR¹ûüùúÿ\u{5c}÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙ\
        Ú\u{9f}";
    pub(super) const IBM437: &str = "\
        ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙\
        ╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    pub(super) const IBM850: &str = "\
        ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊË\
        ÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
    pub(super) const IBM852: &str = "\
        ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎË\
        ďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";
    pub(super) const IBM855: &str = "\
        ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪаАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐└┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМ\
        нНоОп┘┌█▄Пя▀ЯрРсСтТуУжЖвВьЬ№\u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}";
    pub(super) const IBM860: &str = "\
        ÇüéâãàÁçêÊèÍÔìÃÂÉÀÈôõòÚùÌÕÜ¢£Ù₧ÓáíóúñÑªº¿Ò¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙\
        ╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    pub(super) const IBM862: &str = "\
        אבגדהוזחטיךכלםמןנסעףפץצקרשת¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙\
        ╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    pub(super) const IBM863: &str = "\
        ÇüéâÂà¶çêëèïî‗À§ÉÈÊôËÏûù¤ÔÜ¢£ÙÛƒ¦´óú¨¸³¯Î⌐¬½¼¾«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙\
        ╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    pub(super) const IBM865: &str = "\
        ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø₧ƒáíóúñÑªº¿⌐¬½¼¡«¤░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙\
        ╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    pub(super) const LATIN1: &str = "\
        \u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{8d}\
        \u{8e}\u{8f}\u{90}\u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9a}\u{9b}\
        \u{9c}\u{9d}\u{9e}\u{9f}\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑ\
        ÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
}

/// The code page of that IANA name.
pub(super) fn code_page(name: &str) -> Option<CodePage> {
    let (characters, changes): (_, &'static [(u8, char)]) = match name {
        "IBM037" => (characters::IBM037, &[]),
        "IBM01140" => (characters::IBM037, &[(0x9f, '€')]),
        "IBM1047" => (
            characters::IBM037,
            &[
                (0x5f, '^'),
                (0xad, '['),
                (0xb0, '¬'),
                (0xba, 'Ý'),
                (0xbb, '¨'),
                (0xbd, ']'),
            ],
        ),
        "IBM437" => (characters::IBM437, &[]),
        "IBM850" => (characters::IBM850, &[]),
        "IBM00858" => (characters::IBM850, &[(0xd5, '€')]),
        "IBM852" => (characters::IBM852, &[]),
        "IBM855" => (characters::IBM855, &[]),
        "IBM860" => (characters::IBM860, &[]),
        "IBM862" => (characters::IBM862, &[]),
        "IBM863" => (characters::IBM863, &[]),
        "IBM865" => (characters::IBM865, &[]),
        "ISO_8859-1:1987" => (characters::LATIN1, &[]),
        "ISO_8859-9:1989" => (
            characters::LATIN1,
            &[
                (0xd0, 'Ğ'),
                (0xdd, 'İ'),
                (0xde, 'Ş'),
                (0xf0, 'ğ'),
                (0xfd, 'ı'),
                (0xfe, 'ş'),
            ],
        ),
        _ => return None,
    };
    Some(CodePage {
        characters,
        changes,
    })
}

impl CodePage {
    /// The character of each byte.
    pub(super) fn table(&self) -> [char; 256] {
        let mut table = ['\0'; 256];
        let mut characters = self.characters.chars().rev();
        for byte in (0..=255u8).rev() {
            table[usize::from(byte)] = characters.next().unwrap_or(char::from(byte));
        }
        for (byte, c) in self.changes {
            table[usize::from(*byte)] = *c;
        }
        table
    }
}
