"""What is new in an answer, however the program and its language mark what is not."""

import pytest

from inbox.connectors.mail.quotes import MOST_LINES, new_part

ANSWER = "Thank you.\nIt works now."
ATTRIBUTIONS = r"""
On Fri, Nov 20, 2026 at 10:03 AM Acme <s@acme.test> wrote:
On Nov 20, 2026, at 10:03 AM, Somebody <\na-very-long-address-that-is-broken@acme.test>\nwrote:
On Fri, Nov 20, 2026 at\n10:03 AM Acme <s@acme.test> wrote:
Acme wrote on 11/20/26 10:03 AM:
2026-11-20 10:03 GMT+01:00 Acme <\ns@acme.test>:
---- On Fri, 20 Nov 2026 10:03:11 +0100 Acme <s@acme.test> wrote ----
-----Ann/ACME wrote: -----\nTo: Bob/ACME\nFrom: Ann/ACME\nDate: 11/20/2026\nSubject: x
Am Fr., 20. Nov. 2026 um 10:03 Uhr schrieb Acme <s@acme.test>:
Acme <s@acme.test> schrieb am Fr., 20. Nov. 2026, 10:03:
Le ven. 20 nov. 2026 à 10:03, Acme <s@acme.test> a écrit :
El vie, 20 nov 2026 a las 10:03, Acme (<s@acme.test>) escribió:
Acme <s@acme.test> escreveu (sexta, 20/11/2026 à(s) 10:03):
Il giorno ven 20 nov 2026 alle ore 10:03 Acme <s@acme.test> ha scritto:
Op vr 20 nov 2026 om 10:03 schreef Acme <s@acme.test>:
pt., 20 lis 2026 o 10:03 Acme <s@acme.test> napisał(a):
W dniu 20.11.2026 o 10:03, Jan Nowak pisze:
пт, 20 нояб. 2026 г. в 10:03, Акме <\ns@acme.test>:
Пятница, 20 ноября 2026, 10:03 +03:00 от Акме <s@acme.test>:
20.11.2026 10:03, Іван Петренко пише:
pá 20. 11. 2026 v 10:03 odesílatel Acme <s@acme.test> napsal:
20 Kas 2026 Cum, 10:03 tarihinde Acme <s@acme.test> şunu yazdı:
Verkkokauppa kirjoitti 20.11.2026 kello 10.03:
Den fre 20 nov. 2026 kl 10:03 skrev Acme <s@acme.test>:
fre. 20. nov. 2026 kl. 10:03 skrev Acme <s@acme.test>:
Acme <s@acme.test> ezt írta (időpont: 2026. nov. 20., P, 10:03):
În vin., 20 nov. 2026 la 10:03, Acme <s@acme.test> a scris:
Στις Παρ, 20 Νοε 2026 στις 10:03 π.μ., ο/η Acme <s@acme.test> έγραψε:
2026年11月20日(金) 10:03 山田太郎 <y@acme.test>:
在 2026年11月20日，上午10:03，Acme <s@acme.test> 写道：
2026년 11월 20일 (금) 오전 10:03, Acme <s@acme.test>님이 작성:
بتاريخ الجمعة، 20 نوفمبر 2026 في 10:03 ص تمت كتابة ما يلي بواسطة Acme <s@acme.test>:
בתאריך יום ו׳, 20 בנוב׳ 2026 ב-10:03 מאת Acme <s@acme.test>:
________________________________\nFrom: Acme <s@acme.test>\nSent: Friday\nTo: Ann\nSubject: x
Von: Acme [mailto:s@acme.test]\nGesendet: Freitag, 20. November 2026 10:03\nAn: Ann\nBetreff: x
Gesendet: Freitag, 20. November 2026 um 10:03 Uhr\nVon: Acme <s@acme.test>\nAn: a@b.test\nBetreff: x
De: Acme <s@acme.test>\nEnviada em: sexta-feira, 20 de novembro de 2026 10:03\nPara: Ana\nAssunto: x
---------- Původní e-mail ----------\nOd: Acme <s@acme.test>\nKomu: Jan\nDatum: 20. 11. 2026\nPředmět: x
От кого: Акме <s@acme.test>\nКому: i@b.test\nДата: 20 ноября 2026, 10:03\nТема: x
Lähettäjä: Acme\nLähetetty: perjantai 20. marraskuuta 2026 10.03\nVastaanottaja: Tuki\nAihe: x
Kimden: Acme\nGönderildi: 20 Kasım 2026 Cuma 10:03\nKime: Destek\nKonu: x
寄件者: Acme <s@acme.test>\n寄件日期: 2026年11月20日 上午 10:03\n收件者: Support\n主旨: x
보낸 사람: Acme\n보낸 날짜: 2026년 11월 20일 금요일 오전 10:03\n받는 사람: Support\n제목: x
------------------ 原始邮件 ------------------\n发件人: "Acme" <s@acme.test>;
-------- Message d’origine --------
##- Please type your reply above this line -##
""".strip().split("\n")  # fmt: skip
DEVICES = """
Sent from my Samsung Galaxy smartphone.
Sent from Mail<https://go.acme.test/?LinkId=55> for Windows
Sent with Proton Mail secure email.
Sent from my Android device with K-9 Mail. Please excuse my brevity.
Get Outlook for iOS<https://aka.test/o0>
Outlook für Android beziehen
Télécharger Outlook pour iOS<https://aka.test/o0>
Hanki Outlook for Android<https://aka.test/o0>
Gesendet mit der WEB.DE Mail App
Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.
Envoyé à partir de Outlook pour iOS
Enviado a partir do meu smartphone Samsung Galaxy.
Inviato da Outlook per Android
Wysłane z iPhone'a
Отправлено из мобильной Почты Mail.ru
Надіслано з мого iPhone
Odesláno z iPhonu
Skickat från min iPhone
Sendt fra min iPhone
Lähetetty iPhonesta
iPhone’umdan gönderildi
Az iPhone-omról küldve
发自我的iPhone
Yahoo!メールから送信
나의 iPhone에서 보냄
أرسلت من الـ iPhone
נשלח מה-iPhone שלי
""".strip().split("\n")


@pytest.mark.parametrize("at", range(len(ATTRIBUTIONS)))
@pytest.mark.parametrize("mark", ["", "> "], ids=["plain", "marked"])
def test_what_stands_below_an_attribution_is_old(at, mark):
    attribution = ATTRIBUTIONS[at].replace("\\n", "\n")

    assert new_part(f"{ANSWER}\n\n{attribution}\n\n{mark}Old\n{mark}words\n") == ANSWER


@pytest.mark.parametrize("at", range(len(DEVICES)))
def test_what_a_telephone_adds_is_not_said(at):
    assert new_part(f"{ANSWER}\n\n{DEVICES[at]}\n") == ANSWER
    assert new_part(f"{ANSWER}\n\n{DEVICES[at]}\n\n{ATTRIBUTIONS[0]}\n> Old\n") == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "On Monday my colleague Bob wrote:\nplease send it again.\n\nCan you?",
        "Here is my order:\nFrom: Berlin\nTo: Munich\nDate: Friday\nThanks",
        "Hallo,\n\nVon: Lager\nAn: 5 Stück\nDatum: 3.4.2026\nok?",
        "The meeting on 20.11.2026 at 10:03:\nWe agreed that it works.",
        "Please contact s@acme.test at 10:00:\nI cannot reach them.",
        "See the log:\n2026-11-20 10:03:22 user@acme.test:\n failed to connect\nPlease help",
        "Buy now:\n>>> >>> http://acme.test <<<\nby the link above",
        "Sent from the warehouse yesterday, but nothing came. Where is it?",
        "Outlook for iOS crashes when I open your mail.",
        "FYI\n\n-------- Weitergeleitete Nachricht --------\nVon: b@acme.test\nDatum: 20.11.2026\n"
        "Betreff: x\nAn: c@acme.test\n\nBuy\n-- \nBob",
        "FYI\n\nDébut du message transféré :\n\nDe: b@acme.test\nDate: x\nObjet: x\nÀ: c\n\nBuy",
    ],
    ids=range(11),
)
def test_what_only_looks_like_a_mark_is_kept(text):
    assert new_part(text) == text


def test_quotations_inside_an_unmarked_one_are_no_answers():
    block = "From: Acme\nSent: Friday\nTo: Ann\nSubject: x"

    assert new_part(f"{ANSWER}\n\n{block}\n\nHello\n> earlier\nBye\n") == ANSWER


def test_a_long_disclaimer_belongs_to_its_signature():
    assert new_part(f"{ANSWER}\n\n-- \nAnn\n" + "of no effect\n" * 30) == ANSWER


def test_marks_of_direction_hide_no_attribution():
    said = "\u202bבתאריך 20 בנוב׳ 2026 ב-10:03 מאת \u202aAcme\u202c <\u202as@acme.test\u202c\u200f>:\u202c"

    assert new_part(f"{ANSWER}\n\n{said}\n\nOld\n") == ANSWER


@pytest.mark.parametrize(("lines", "is_folded"), [(MOST_LINES, True), (MOST_LINES + 1, False)])
def test_a_mail_too_long_to_be_searched_is_all_new(lines, is_folded):
    text = "\n".join(
        ["Yes.", "On 1 May 2026 at 10:00 Ann <ann@a.test> wrote:", *["> a"] * (lines - 2)]
    )

    assert new_part(text, quoted_from=1) == ("Yes." if is_folded else text)


def test_a_long_mail_that_is_signed_within_itself_is_its_words():
    words = "\n".join(["Yes."] * (MOST_LINES + 1))
    signature = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{words}\n{signature}\n"

    assert new_part(signed) == words
