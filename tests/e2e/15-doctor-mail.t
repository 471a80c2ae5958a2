#!/bin/sh
# doctor --mail: pools of hosts are judged together, list servers and other people's providers are nobody's own.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/e2e/lib/lib.sh"

: >"$tmp/unset"

# mails FOLDER N: N messages in FOLDER, each as mail I prints it.
mails() {
	mkdir -p "$1"
	i=0
	while [ $i -lt "$2" ]; do
		i=$((i + 1))
		{
			mail $i
			printf 'Subject: x\n\nx\n'
		} >"$1/$i"
	done
}

# hop NAME ADDRESS TAKER: a Received line.
hop() {
	printf 'Received: from %s (%s [%s]) by %s with ESMTPS id 1; Mon, 1 Jan 2024 00:00:00 +0000\n' "$1" "$1" "$2" "$3"
}

# proposed FOLDER: the line to paste.
proposed() {
	"$filter" -c "$tmp/unset" doctor --mail "$1" >"$tmp/stdout"
	grep 'trusted_networks *=' "$tmp/stdout"
}

mail() {
	hop "gw$1.pool.test" "11.22.$((33 + $1 % 3)).$1" mx.mine.test
	hop "a$1.test" "9.10.$1.1" "gw$1.pool.test"
}
mails "$tmp/pool" 60
is "a pool of 60 gateways: its networks" "$(proposed "$tmp/pool")" \
	'    trusted_networks = [ "11.22.33.0/24", "11.22.34.0/24", "11.22.35.0/24" ];'
grep trusted_networks.= "$tmp/stdout" >"$tmp/pasted"
run "$filter" -c "$tmp/pasted" doctor --mail "$tmp/pool"
is "pasted, nothing is left to say" "$status $(grep -c 'trusted_networks *=' "$tmp/stdout")" "0 0"

mail() {
	printf 'Received: from A%s.hosted.test (2a02:10a6:1%02x:1::3) by B%s.hosted.test\n (2a02:10a6:2::18) with Microsoft SMTP Server id 15\n' "$1" "$1" "$1"
	printf 'Received: from F%s.hosted.test (2a02:10a6:1%02x:1:cafe::ef) by A%s.hosted.test\n (2a02:10a6:1::3) with Microsoft SMTP Server id 15 via Frontend\n Transport\n' "$1" "$1" "$1"
	printf 'Received: from mail.a%s.test (9.10.%s.1) by F%s.hosted.test\n (10.13.6.61) with Microsoft SMTP Server id 15\n' "$1" "$1" "$1"
}
mails "$tmp/hosted" 40
is "a provider whose hosts are different ones each time" "$(proposed "$tmp/hosted")" '    trusted_networks = [ "2a02:10a6::/32" ];'
grep trusted_networks.= "$tmp/stdout" >"$tmp/pasted"
is "pasted, the handoffs are the outside" "$("$filter" -c "$tmp/pasted" relays "$tmp/hosted" | awk -F'\t' '$3 == "handoff"' | grep -c '	9[.]10[.]')" 40

mail() {
	hop lists.talk.test 11.22.33.44 mx.mine.test
	hop "a$1.test" "9.10.$1.1" lists.talk.test
	printf 'List-Id: Talk <t.lists.talk.test>\n'
}
mails "$tmp/list" 20
is "a list server" "$(proposed "$tmp/list")" ''
mail() {
	case $(($1 % 2)) in
	0) hop lists.talk.test 11.22.33.44 mx.mine.test ;;
	1) hop "m$1.talk.test" "11.22.33.$1" mx.mine.test ;;
	esac
	hop "a$1.test" "9.10.$1.1" lists.talk.test
	[ $(($1 % 3)) = 0 ] || printf 'List-Id: <t.lists.talk.test>\n'
}
mails "$tmp/lists" 30
is "list servers that write to one directly, too" "$(proposed "$tmp/lists")" ''

mail() {
	hop "out$1.big.test" "11.22.33.$1" mx.mine.test
	hop "in$1.big.test" "11.44.55.$1" "out$1.big.test"
}
mails "$tmp/big" 40
is "a provider of those who write" "$(proposed "$tmp/big")" ''

mail() {
	[ "$1" -gt 3 ] || printf 'Received: from odd (x [1.2.3]) by box.mine.test with SMTP; Mon, 1 Jan 2024 00:00:00 +0000\n'
	hop "a$1.test" "9.10.$1.1" mx.mine.test
}
mails "$tmp/odd" 20
"$filter" -c "$tmp/unset" doctor --mail "$tmp/odd" >"$tmp/stdout"
like "lines that end trust are counted, and one is shown" "$(cat "$tmp/stdout")" '*For 3 of them*from odd (x [[]1.2.3]) by box.mine.test*'
done_testing
