//! The gateway: the door for browsers and for the systems of suppliers. It holds no data and knows no rule.
