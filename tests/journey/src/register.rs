//! Register files of the kind the agency has.

/// Header of a register file; the README of staff tells what each column holds.
pub const HEADER: &str = "organisation_number,organisation_name,organisation_kind,training,unit_number,unit_name,\
procured_service_code,procured_service_name,documents_online,esf_funded,rule_set,office_code,office_name,\
street_address,postal_code,city,valid_from,valid_to";

/// A provider with two units and three offices, a sole trader, and a training organisation.
pub fn example() -> String {
    let rows = [
        "556016-0680,Provbolaget i Norr AB,provider,no,KA10001,Provbolaget Umeå,krom,Rusta och matcha,yes,yes,\
cooperation_history,UME1,Umeå centrum,Storgatan 1,90326,Umeå,2026-01-01,",
        "556016-0680,Provbolaget i Norr AB,provider,no,KA10001,Provbolaget Umeå,krom,Rusta och matcha,yes,yes,\
cooperation_history,UME2,Umeå Teg,Bölevägen 2,90431,Umeå,2026-01-01,",
        "556016-0680,Provbolaget i Norr AB,provider,no,KA10002,Provbolaget Luleå,krom,Rusta och matcha,yes,yes,\
cooperation_history,LUL1,Luleå,Kungsgatan 3,97241,Luleå,2026-01-01,",
        "19571105-9815,Exempelssons Jobbhjälp,provider,no,KA10003,Exempelssons Jobbhjälp,sta,Steg till arbete,yes,no,\
cooperation_history,GBG1,Göteborg,Avenyn 4,41136,Göteborg,2026-01-01,",
        "212000-0142,Övningsanordnaren,provider,yes,KA10004,Övningsenheten,krom,Rusta och matcha,yes,yes,\
cooperation_history,STO1,Stockholm,Sveavägen 5,11157,Stockholm,2026-01-01,",
    ];
    format!("{HEADER}\n{}\n", rows.join("\n"))
}
