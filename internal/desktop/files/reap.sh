# $1: the desktop's folder, $2: the line in the environment of all its processes
trap '' HUP INT TERM
read -r _
for round in TERM KILL KILL KILL; do # more than one: a dying process may have started another
	left=
	for file in /proc/[0-9]*/environ; do
		grep -qzxF -e "$2" "$file" 2>/dev/null || continue
		pid=${file#/proc/} pid=${pid%/environ}
		kill -CONT "$pid" 2>/dev/null
		kill -$round "$pid" 2>/dev/null && left=1
	done
	[ "$left" ] || break
	sleep 0.2
done
rm -rf -- "$1"
