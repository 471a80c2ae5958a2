# shellcheck shell=sh disable=SC2154 # its variables are from others
# schema.sh: is a JSON text what its schema in doc/schema says? Source it behind lib.sh.

python=/usr/bin/python3
schemas=
have jq && "$python" -c 'import jsonschema' 2>/dev/null && schemas=1

# valid WHAT FILE SCHEMA: the file is JSON in printable ASCII, and as the schema says.
valid() {
	is "$1: printable ASCII" "$(LC_ALL=C tr -d '\012\040-\176' <"$2" | wc -c | tr -d ' ')" 0
	if [ -z "$schemas" ]; then
		skip 1 "jq and python3-jsonschema are not installed"
		return
	fi
	is "$1: as doc/schema/$3.json says" "$("$python" -c 'import json, sys, jsonschema
schema = json.load(open(sys.argv[2]))
jsonschema.Draft7Validator.check_schema(schema)
for error in jsonschema.Draft7Validator(schema).iter_errors(json.load(open(sys.argv[1]))): print(error.message[:200])' "$2" "$top_srcdir/doc/schema/$3.json" 2>&1)" ""
}

# jsq FILE FILTER: what jq prints.
jsq() {
	if [ -n "$schemas" ]; then jq -r "$2" <"$1"; fi
}
