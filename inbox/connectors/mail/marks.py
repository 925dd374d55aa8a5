# ruff: noqa: RUF001 (the letters of many scripts are meant)
"""
How mail programs mark, in many languages, what is not new: quotations, forwards and signatures.

Whole sentences are listed as seldom as possible. A date, an address, a word for "wrote" and a
colon tell more than the order in which a language puts them.
"""

from __future__ import annotations

import re

# What makes a line read from right to left, or the other way, says nothing.
DIRECTION = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# In small letters, which are sought four times as fast as both kinds.
WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreibt|geschrieben|a\s[ée]crit|escribi[óo]|ha\s+scritto|scrive|schreef"
    r"|geschreven|escreveu|napisa(?:[łl]|na)|pisze|pisa[łl]|skrev|skriver|kirjoitti|napsal|nap[íi]sal|írta"
    r"|a\s+scris|написа|пиш[еу]т?|писа[лв]|έγραψε|yazd[ıi]|đã\s+viết|menulis|napisao|rašė|kirjutas|rakstīja)"
    r"|写道|寫道|書きました|のメール|작성|썼|كتب|כתב|مكتوب",
)
BEGINS = re.compile(
    r"\W*+(?:On|Am|Le|El|Il|Op|Em|No dia|Den|W dniu|Dnia|Dne|P[åa]|På|În|Pe|На|Στις|Vào|Pada|At|в|在|בתאריך|في)\b",
    re.IGNORECASE,
)
DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}")
TIME = re.compile(r"\d{1,2}[:.h]\d{2}|" + DAY.pattern)
CLOCK = re.compile(r"\d{1,2}:\d{2}")
ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
# With an address in brackets before the colon, any language's word for "wrote" will do.
NAMED = re.compile(
    r"[<(\[][^<>()\[\]]*@[^<>()\[\]]*[>)\]]\S{0,20}(?:\s+\S{1,20}){0,2}\s*[:：][\s*_-]*$"
)
ENDS = re.compile(r"[:：][\s*_>-]*$")
DASHED = re.compile(r"^\s*+-{2,}+.*[^-\s]\s*+-{2,}+\s*$")
INTRODUCTION = re.compile(r"(?=.*(?:\d|@)).*[:：]\s*$|(?=.*\d.*@).+$")

# What every mark has: dashes before it, a colon in it, or the word that an attribution begins with.
MARK = re.compile(rf"\s*[-–—_*=#]|[^:：]*[:：]|{BEGINS.pattern}", re.IGNORECASE)

ORIGINAL = (
    r"original(?:[ -](?:message|nachricht|appointment|mail|e-?mail))?|urspr[üu]ngliche\s(?:nachricht|mail|e-mail)"
    r"|(?:reply|replied)\smessage|antwort\snachricht|message\sd['’]origine|mensaje\soriginal|messaggio\soriginale"
    r"|oorspronkelijk\sbericht|mensagem\soriginal|исходное\s(?:сообщение|письмо)|оригінальне\sповідомлення"
    r"|пересылаемое\sсообщение\sответа|oryginalna\swiadomo[śs][ćc]|wiadomo[śs][ćc]\soryginalna"
    r"|oprindelig\s(?:meddelelse|besked)|(?:ursprungligt|originalt?)\smeddelande|opprinnelig\smelding"
    r"|alkuperäinen\sviesti|p[ůu]vodn[íi]\s(?:zpr[áa]va|spr[áa]va|e-?mail)|orijinal\s(?:mesaj|ileti)|eredeti\süzenet"
    r"|αρχικό\sμήνυμα|mesaj(?:ul)?\soriginal|原始邮件|原始郵件|原邮件|回复的原邮件|원본\s?(?:메일|메시지)|元のメッセージ"
    r"|הודעה\sמקורית|الرسالة\sالأصلية"
)
DIVIDER = re.compile(rf"^\s*+[-_*=]{{2,}}+\s*(?:{ORIGINAL})\s*[-_*=]{{2,}}\s*$", re.IGNORECASE)
# What help desks put above what they send; a mark around it tells it from a person's request.
ABOVE = re.compile(
    r"^\s*+[-–—_*#=]{2,}+.{0,30}?\b(?:(?:reply|write|type|respond|response)\b.{0,30}\babove|oberhalb|au-dessus|encima"
    r"|arriba|acima|sopra|boven|выше|powyżej|ovanför|над\b).{0,60}[-–—_*#=]{2,}\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*[_-]{20,}\s*$")
LABELS = (
    r"From|Von|De|De la|От|От кого|Від|Da|Van|Od|Från|Fra|Lähettäjä|Kimden|Gönderen|Feladó|Από|发件人|寄件者|寄件人|差出人|送信者"
    r"|보낸 사람|보낸사람|من|מאת",
    r"Sent|Date|Sent on|Gesendet|Datum|Envoyé(?: le)?|Fecha|Enviado(?: el)?|Enviada(?: em)?|Отправлено|Дата|Надіслано|Inviato"
    r"|Data|Verzonden|Wysłano|Wysłane|Skickat|Sendt|Dato|Lähetetty|Päivämäärä|Päiväys|Gönderildi|Gönderilme|Tarih|Elküldve|Dátum"
    r"|Odesláno|Odoslané|Trimis|Στάλθηκε|Ημερομηνία|发送时间|发送日期|日期|寄件日期|日付|送信日時|보낸 날짜|날짜"
    r"|تم الإرسال|تاريخ الإرسال|التاريخ|נשלח|תאריך",
    r"To|An|À|Para|Кому|A|Aan|Do|Pro|Komu|Till|Til|Vastaanottaja|Kime|Alıcı|Címzett|Προς|Către|收件人|收件者|宛先|받는 사람"
    r"|받는사람|إلى|אל",
    r"Subject|Betreff|Objet|Asunto|Тема|Oggetto|Onderwerp|Assunto|Temat|Ämne|Emne|Aihe|Konu|Tárgy|Předmět|Predmet|Subiect"
    r"|Θέμα|主题|主旨|主題|件名|제목|الموضوع|נושא",
)
LABEL = tuple(re.compile(rf"^[\s*_>]*(?:{said})[\s*_]*[:：]", re.IGNORECASE) for said in LABELS)
LABELLED = re.compile(r"^[\s*_>]*[^\W\d][^:：]{0,20}[:：]")

FORWARDED = (
    r"forwarded|weitergeleitet|transf[ée]r|r[ée]exp[ée]di|reenviad|inoltrat|doorgestuurd|encaminhad|reencaminhad"
    r"|пересыла|пересла|переадрес|перенаправ|p[řr]eposlan|vidarebefordra|videresend|välitet|edelleenlähet|przekaz|przes[łl]ana"
    r"|iletilen|yönlendirilen|továbbít|προωθη|redirec[țt]ion|转发|轉寄|転送|전달된|הועבר|מועבר|معاد\sتوجيه"
)
FORWARD = re.compile(
    rf"^\s*+(?:[-_=]{{2,}}+.{{0,40}}?(?:{FORWARDED}).{{0,40}}[-_=]{{2,}}|(?:\w+\s+){{0,4}}(?:{FORWARDED})\w*(?:\s+\w+){{0,3}}\s*[:：])\s*$",
    re.IGNORECASE,
)
FORWARDING_SUBJECT = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|doorst|vb|vl|pd|i|ilt|továbbítás|πρθ|přep|пересл|转发|轉寄|転送|전달)\s*[:：]",
    re.IGNORECASE,
)

SIGNATURE = re.compile(r"^--\s?$|^—\s?$|^_{2,5}\s*$")
FIRM_SIGNATURE = "-- "  # as RFC 3676 has it: nobody writes that by chance
SENT = (
    r"sent|gesendet|verschickt|envoy[ée]|enviado|inviato|verzonden|verstuurd|wys[łl]an[eoay]|отправлено|надіслано|відправлено|odesl[áa]no"
    r"|odoslan[ée]|skickat|sendt|l[äa]hetetty|elk[üu]ldve|trimis|στάλθηκε|εστάλη|poslano|изпратено|đã\sgửi|dikirim"
)
# A dot inside a word ends no sentence, as in WEB.DE.
WORDS = r"(?:[^.!?]|\.(?=\S))"
DEVICE = re.compile(
    rf"""^\W*(?:
        (?:{SENT})\s+(?:(?:wirelessly|on\sthe\sgo|sans\sfil)\s)?(?:from|via|with|by|using|von|vom|mit|mittels|de|du|depuis|avec
            |par|à\spartir\sde|desde|con|do|da|dal|dalla|dall|a\spartir|com|pelo|vanaf|met|z|ze|za|с|со|из|через|от|з|із|från
            |med|fra|di|de\spe|din|από|με|s|sa|от|từ|dari)(?:\s|['’]){WORDS}{{2,60}}
      | (?:lähetetty|elküldve)\s{WORDS}{{3,40}}
      | (?:von|vom)\s(?:meinem|unterwegs|handy|mobil)\b{WORDS}{{0,50}} | von\s{WORDS}{{3,40}}\sgesendet
      | diese\snachricht\swurde\s(?:von|mit)\smeinem\b.{{1,60}}gesendet
      | [\w’'\s-]{{2,30}}(?:gönderildi|küldve)
      | (?:发自|發自|寄自|從|从)\s?(?:我的)?.{{1,30}} | .{{1,20}}から送信.{{0,10}} | .{{1,20}}에서\s?보[냄낸].{{0,10}}
      | (?:أرسلت|أُرسلت|مرسل|تم\sالإرسال)\sمن\s.{{1,40}} | נשלח\sמ.{{1,40}} | ส่งจาก.{{1,40}}
      | yahoo\smail:\ssearch,\sorganize,\sconquer
    )\s*(?:\.\s*please\s(?:excuse|forgive)\b.{{0,60}})?[.!]?$""",
    re.VERBOSE | re.IGNORECASE,
)
# "Get Outlook for iOS", with the verb before, behind or around it.
OUTLOOK = re.compile(
    r"^(?:[\w’']+\s){0,3}(?:outlook|yahoo\smail|proton\s?mail)\b.{0,15}\b(?:ios|iphone|android|mac|mobile)\w{0,6}[\w\s’'を]{0,20}$"
    r"|^(?:ios|android)\w{0,4}\s(?:[\w’']+\s)?outlook[\w\s’']{0,30}$",
    re.IGNORECASE,
)
LINK = re.compile(r"\s*[<(\[]https?://[^\s>)\]]{1,300}[>)\]]")
SIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+: [^\n]*\n)*\n(.*?)-----BEGIN PGP SIGNATURE-----.*",
    re.DOTALL,
)
