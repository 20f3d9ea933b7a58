-- Version 1. Instants are milliseconds since 1970 (UTC), days are days since 1970-01-01 of the local calendar.
-- "invented" marks what the demo made up.

create table sites (
	id integer primary key,
	name text not null unique, -- empty: what concerns no single site
	network text not null default '' -- the way out to it
) strict;

create table owners (
	id integer primary key,
	site integer not null references sites,
	name text not null, -- empty: the site as a whole
	unique (site, name)
) strict;

create table modules (
	id integer primary key,
	name text not null unique
) strict;

-- Modules of an owner as they were when they were last read.
create table owner_modules (
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

-- The key is the order on disk: a year of an owner is one stretch of it, and most rows are 19 bytes.
create table seats (
	owner integer not null references owners,
	day integer not null,
	module integer not null references modules,
	in_use integer not null,
	total integer not null,
	invented integer not null,
	primary key (owner, day, module)
) strict, without rowid;

create table bands (
	owner integer not null references owners,
	began integer not null,
	until integer, -- null: it lasts; it is known to have lasted until the end of the last watch
	severity integer not null, -- 0 ok, 1 warning, 2 unknown, 3 critical
	status text not null, -- the licence server's word
	text text not null, -- the worst finding
	invented integer not null,
	primary key (owner, began)
) strict, without rowid;
create index bands_lasting on bands (owner, began) where until is null;

-- When somebody watched.
create table watches (
	began integer primary key,
	until integer not null
) strict;

create table events (
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
create index events_at on events (at);
create index events_of on events (owner, at);

create table tellings (
	id integer primary key,
	at integer not null,
	title text not null,
	text text not null,
	severity integer not null,
	outcome text not null,
	invented integer not null
) strict;
create index tellings_at on tellings (at);
