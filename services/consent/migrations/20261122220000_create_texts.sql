-- Wordings that people consent to: data with validity. All languages of a version say the same. A new wording is a new
-- version; one that was ever signed is never changed.
create table consent_texts (
    recipient text not null check (recipient in ('esf', 'scb')),
    version integer not null check (version >= 1),
    language text not null check (language in ('sv', 'en')),
    title text not null check (length(title) between 1 and 200),
    body text not null check (length(body) between 1 and 10000),
    -- SHA-256 of heading, empty line and body.
    content_hash bytea not null check (content_hash = sha256(convert_to(title || E'\n\n' || body, 'UTF8'))),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    primary key (recipient, version, language)
);

insert into consent_texts (recipient, version, language, title, body, content_hash, valid_from)
select recipient, 1, language, title, body, sha256(convert_to(title || E'\n\n' || body, 'UTF8')), date '2026-01-01'
from (values
    ('esf', 'sv', 'Samtycke: uppgifter till Svenska ESF-rådet',
$text$Arbetsförmedlingen får inte lämna ut uppgifter om dig utan att du säger ja. Det kallas sekretess.

Om du samtycker lämnar vi dina månader till Svenska ESF-rådet. ESF-rådet betalar ut pengar från Europeiska socialfonden och behöver se att stödet har använts rätt.

Det här lämnas ut för varje månad som du själv har godkänt: ditt personnummer, när din period började och slutar, månaden, verksamhetens nummer och antalet timmar. Inget annat lämnas ut: inga texter och inga orsaker till frånvaro.

Det är frivilligt. Du får samma hjälp och samma ersättning om du säger nej.

Du kan ta tillbaka ditt samtycke när du vill, här i tjänsten. Då lämnar vi inte ut något mer till ESF-rådet. Det som redan är utlämnat kan finnas kvar där.$text$),
    ('esf', 'en', 'Consent: information to the Swedish ESF Council',
$text$Arbetsförmedlingen may not give anyone information about you unless you say yes. This is called secrecy.

If you consent, we give your months to the Swedish ESF Council. The Council pays out money from the European Social Fund and needs to see that the support was used correctly.

For each month that you have approved yourself, we give: your personal number, when your period began and ends, the month, the number of the provider's unit, and the number of hours. Nothing else is given: no texts and no reasons for absence.

It is voluntary. You get the same help and the same benefits if you say no.

You can take your consent back whenever you like, here in the service. After that we give nothing more to the Council. What was given before may stay there.$text$),
    ('scb', 'sv', 'Samtycke: uppgifter till Statistiska centralbyrån (SCB)',
$text$Arbetsförmedlingen får inte lämna ut uppgifter om dig utan att du säger ja. Det kallas sekretess.

Om du samtycker lämnar vi dina månader till Statistiska centralbyrån, SCB. SCB gör statistik om hur stödet fungerar. I statistiken går det inte att se vem du är.

Det här lämnas ut för varje månad som du själv har godkänt: ditt personnummer, när din period började och slutar, månaden, verksamhetens nummer och antalet timmar. Inget annat lämnas ut: inga texter och inga orsaker till frånvaro.

Det är frivilligt. Du får samma hjälp och samma ersättning om du säger nej.

Du kan ta tillbaka ditt samtycke när du vill, här i tjänsten. Då lämnar vi inte ut något mer till SCB. Det som redan är utlämnat kan finnas kvar där.$text$),
    ('scb', 'en', 'Consent: information to Statistics Sweden (SCB)',
$text$Arbetsförmedlingen may not give anyone information about you unless you say yes. This is called secrecy.

If you consent, we give your months to Statistics Sweden, SCB. SCB makes statistics about how the support works. Nobody can see in the statistics who you are.

For each month that you have approved yourself, we give: your personal number, when your period began and ends, the month, the number of the provider's unit, and the number of hours. Nothing else is given: no texts and no reasons for absence.

It is voluntary. You get the same help and the same benefits if you say no.

You can take your consent back whenever you like, here in the service. After that we give nothing more to SCB. What was given before may stay there.$text$)
) as wordings (recipient, language, title, body);

grant select on consent_texts to deltaga_application;
