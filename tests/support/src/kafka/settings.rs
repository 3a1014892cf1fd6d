//! The broker's configuration files, written before every start: one node that is broker and controller, TLS on every
//! listener, the certificate's common name as principal, and nothing allowed that is not granted.

use anyhow::Result;

use crate::ca::Identity;
use crate::files;
use crate::kafka::{ADMINISTRATOR, Options};

/// Writes `server.properties`, the PEM key store and the log configuration into the broker's folder.
pub fn write(options: &Options, administrator: &Identity) -> Result<()> {
    let store = format!(
        "{}\n{}",
        administrator.key_pem()?,
        administrator.certificate_pem()?
    );
    files::replace(&options.folder.join("keystore.pem"), &store)?;
    files::replace(&options.folder.join("log4j2.properties"), LOG)?;
    files::replace(
        &options.folder.join("server.properties"),
        &properties(options, administrator),
    )
}

fn properties(options: &Options, administrator: &Identity) -> String {
    let folder = options.folder.display();
    let (broker, controller) = (options.port.number(), options.controller_port.number());
    let (listener, advertised) = options.proxy.as_ref().map_or_else(Default::default, |proxied| {
        let listener = format!(",PROXIED://127.0.0.1:{}", proxied.listener.number());
        (listener, format!(",PROXIED://localhost:{}", proxied.proxy_port))
    });
    let super_users: Vec<String> = std::iter::once(ADMINISTRATOR)
        .chain(options.super_users.iter().map(String::as_str))
        .map(|name| format!("User:{name}"))
        .collect();
    format!(
        "process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:{controller}
controller.listener.names=CONTROLLER
listeners=SSL://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}{listener}
advertised.listeners=SSL://localhost:{broker},CONTROLLER://localhost:{controller}{advertised}
listener.security.protocol.map=SSL:SSL,CONTROLLER:SSL,PROXIED:SSL
inter.broker.listener.name=SSL
ssl.keystore.type=PEM
ssl.keystore.location={folder}/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location={ca}
ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=(.*?)$/$1/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users={super_users}
log.dirs={folder}/data
{COMMON}",
        ca = administrator.ca_file.display(),
        super_users = super_users.join(";"),
    )
}

// One node keeps one copy of everything. The cleaner looks often, so that tests of compaction need not wait.
const COMMON: &str = "auto.create.topics.enable=false
num.partitions=12
num.network.threads=2
num.io.threads=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.backoff.ms=500
log.retention.check.interval.ms=1000
";

const LOG: &str = "status = error
appender.out.type = Console
appender.out.name = OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = OUT
logger.server.name = org.apache.kafka.server
logger.server.level = info
logger.denied.name = kafka.authorizer.logger
logger.denied.level = info
";
