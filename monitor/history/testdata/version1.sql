-- A history as version 1 of the schema left it when its agent was killed: sqlite3's dump of it, with what a dump leaves out.
pragma auto_vacuum = incremental;
pragma application_id = 1281975127;
pragma user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE sites (
	id integer primary key,
	name text not null unique, -- empty: what concerns no single site
	network text not null default '' -- the way out to it
) strict;
INSERT INTO sites VALUES(1,'Head office','direct');
INSERT INTO sites VALUES(2,'','');
CREATE TABLE owners (
	id integer primary key,
	site integer not null references sites,
	name text not null, -- empty: the site as a whole
	unique (site, name)
) strict;
INSERT INTO owners VALUES(1,1,'');
INSERT INTO owners VALUES(2,1,'SUPEROFFICE');
INSERT INTO owners VALUES(3,2,'');
CREATE TABLE modules (
	id integer primary key,
	name text not null unique
) strict;
INSERT INTO modules VALUES(1,'ten-sales');
INSERT INTO modules VALUES(2,'expander-services');
CREATE TABLE owner_modules (
	owner integer not null references owners,
	module integer not null references modules,
	position integer not null, -- in the licence
	description text not null,
	type text not null,
	free integer not null,
	unrestricted integer not null,
	hidden integer not null,
	plan integer not null,
	primary key (owner, module)
) strict, without rowid;
INSERT INTO owner_modules VALUES(2,1,1,'Sales Premium','UserLicense',1,0,0,1);
INSERT INTO owner_modules VALUES(2,2,0,'Development Tools','SiteLicense',0,1,0,0);
CREATE TABLE seats (
	owner integer not null references owners,
	day integer not null,
	module integer not null references modules,
	in_use integer not null,
	total integer not null,
	invented integer not null,
	primary key (owner, day, module)
) strict, without rowid;
INSERT INTO seats VALUES(2,20605,1,19,21,0);
INSERT INTO seats VALUES(2,20605,2,0,1,0);
INSERT INTO seats VALUES(2,20606,1,20,21,0);
INSERT INTO seats VALUES(2,20606,2,0,1,0);
CREATE TABLE bands (
	owner integer not null references owners,
	began integer not null,
	until integer, -- null: it lasts; it is known to have lasted until the end of the last watch
	severity integer not null, -- 0 ok, 1 warning, 2 unknown, 3 critical
	status text not null, -- the licence server's word
	text text not null, -- the worst finding
	invented integer not null,
	primary key (owner, began)
) strict, without rowid;
INSERT INTO bands VALUES(1,1780308000000,1780315200000,0,'','',0);
INSERT INTO bands VALUES(1,1780315200000,NULL,3,'','SUPEROFFICE: The licence expired.',0);
INSERT INTO bands VALUES(2,1780308000000,1780315200000,0,'Ok','',0);
INSERT INTO bands VALUES(2,1780315200000,NULL,3,'Ok','The licence expired.',0);
CREATE TABLE watches (
	began integer primary key,
	until integer not null
) strict;
INSERT INTO watches VALUES(1780308000000,1780326000000);
CREATE TABLE events (
	id integer primary key,
	at integer not null,
	owner integer not null references owners,
	network text not null, -- of an outage
	was integer not null, -- severity
	became integer not null,
	appeared text not null, -- findings, as JSON
	gone text not null,
	invented integer not null
) strict;
INSERT INTO events VALUES(1,1780315200000,2,'',0,3,'[{"kind":"expired","severity":"critical","text":"The licence expired.","action":"Renew."}]','[]',0);
INSERT INTO events VALUES(2,1780318800000,3,'direct',0,2,'[{"kind":"offline","severity":"unknown","text":"This computer seems to be offline.","action":"Look."}]','[]',0);
CREATE TABLE tellings (
	id integer primary key,
	at integer not null,
	title text not null,
	text text not null,
	severity integer not null,
	outcome text not null,
	invented integer not null
) strict;
INSERT INTO tellings VALUES(1,1780315260000,'Head office, SUPEROFFICE: critical','The licence expired.',3,'sent',0);
CREATE INDEX bands_lasting on bands (owner, began) where until is null;
CREATE INDEX events_at on events (at);
CREATE INDEX events_of on events (owner, at);
CREATE INDEX tellings_at on tellings (at);
CREATE VIEW seats_daily as select seats.day, owners.name as owner, seats.in_use from seats join owners on owners.id = seats.owner;
COMMIT;
