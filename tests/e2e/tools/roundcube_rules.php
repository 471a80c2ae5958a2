<?php
/*
 * Every kind of rule that the forms of Roundcube's managesieve plugin offer,
 * written by its own generator: one script a rule, in the folder argv[2], and
 * one with all of them. argv[1]: the generator; argv[3]: extensions to leave out.
 */
[, $generator, $folder] = $argv;
$without = explode(',', $argv[3] ?? '');
require $generator;

$operators = ['contains', 'is', 'matches', 'regex'];
foreach (['count', 'value'] as $kind)
	foreach (['gt', 'ge', 'lt', 'le', 'eq', 'ne'] as $relation)
		$operators[] = "$kind-$relation";
$comparators = ['', 'i;octet', 'i;ascii-casemap', 'i;ascii-numeric'];

/* Does the generator's own form offer these two together? */
function fits($operator, $comparator)
{
	return $comparator != 'i;ascii-numeric' || preg_match('/^(is|count|value)/', $operator);
}

$tests = [];
foreach ($operators as $operator)
	foreach ($comparators as $comparator)
		foreach ([false, true] as $not) {
			if (!fits($operator, $comparator))
				continue;
			$key = preg_match('/count|value/', $operator) ? '3' : 'a "text" with \\';
			if ($operator == 'regex')
				$key = '^a+b?(c|d)$';
			$how = ['type' => $operator, 'comparator' => $comparator, 'not' => $not];
			$tests[] = $how + ['test' => 'header', 'arg1' => 'subject', 'arg2' => $key];
			$tests[] = $how + ['test' => 'header', 'arg1' => ['to', 'cc'], 'arg2' => [$key, '4'], 'index' => 1];
			$tests[] = $how + ['test' => 'header', 'arg1' => 'x-other', 'arg2' => $key, 'index' => 2, 'last' => true];
			foreach (['all', 'domain', 'localpart', 'user', 'detail'] as $part) {
				$tests[] = $how + ['test' => 'address', 'part' => $part, 'arg1' => 'from', 'arg2' => $key];
				$tests[] = $how + ['test' => 'envelope', 'part' => $part, 'arg1' => 'to', 'arg2' => $key];
			}
			foreach (['raw', 'text', 'content'] as $part)
				$tests[] = $how + ['test' => 'body', 'part' => $part, 'content' => 'text/html', 'arg' => $key];
			$tests[] = $how + ['test' => 'string', 'arg1' => '${x}', 'arg2' => $key];
			foreach (['year', 'month', 'day', 'date', 'julian', 'hour', 'minute', 'second', 'time', 'iso8601', 'std11', 'zone', 'weekday'] as $part) {
				if ($comparator != '' && $part != 'hour')
					continue;
				$tests[] = $how + ['test' => 'currentdate', 'part' => $part, 'arg' => $key];
				$tests[] = $how + ['test' => 'date', 'part' => $part, 'header' => 'date', 'arg' => $key, 'zone' => '+0100'];
				$tests[] = $how + ['test' => 'date', 'part' => $part, 'header' => 'received', 'arg' => $key, 'originalzone' => true, 'index' => 1, 'last' => true];
			}
			if (preg_match('/value/', $operator))
				$tests[] = $how + ['test' => 'spamtest', 'arg' => '5'];
		}
foreach ([false, true] as $not) {
	foreach (['over', 'under'] as $type)
		foreach (['10', '10K', '2M', '1G'] as $size)
			$tests[] = ['test' => 'size', 'type' => $type, 'arg' => $size, 'not' => $not];
	$tests[] = ['test' => 'true', 'not' => $not];
	$tests[] = ['test' => 'exists', 'arg' => 'list-id', 'not' => $not];
	$tests[] = ['test' => 'exists', 'arg' => ['list-id', 'list-post'], 'not' => $not];
	$tests[] = ['test' => 'duplicate', 'not' => $not];
	$tests[] = ['test' => 'duplicate', 'not' => $not, 'handle' => 'h', 'header' => 'x-id', 'seconds' => 3600, 'last' => true];
	$tests[] = ['test' => 'duplicate', 'not' => $not, 'uniqueid' => '${x}'];
	foreach (['mime-anychild', 'mime-type', 'mime-subtype', 'mime-contenttype'] as $option)
		$tests[] = ['test' => 'header', 'type' => 'contains', 'arg1' => 'content-type', 'arg2' => 'zip', 'not' => $not, 'mime' => true, $option => true];
	$tests[] = ['test' => 'header', 'type' => 'matches', 'arg1' => 'content-disposition', 'arg2' => '*.exe', 'mime-anychild' => true, 'mime-param' => ['filename', 'name']];
	$tests[] = ['test' => 'exists', 'arg' => 'content-id', 'mime-anychild' => true];
	$tests[] = ['test' => 'address', 'type' => 'is', 'arg1' => 'from', 'arg2' => 'x@y.z', 'mime-anychild' => true];
}

$actions = [
	['type' => 'fileinto', 'target' => 'INBOX.Größe &"\\'], ['type' => 'fileinto', 'target' => 'Lists/A', 'copy' => true],
	['type' => 'redirect', 'target' => 'you@example.net'], ['type' => 'redirect', 'target' => 'you@example.net', 'copy' => true],
	['type' => 'reject', 'target' => "No.\r\n.\r\n..and no"], ['type' => 'ereject', 'target' => 'No'],
	['type' => 'discard'], ['type' => 'keep'], ['type' => 'stop'],
	['type' => 'include', 'target' => 'other', 'personal' => true, 'optional' => true],
	['type' => 'include', 'target' => 'other', 'global' => true, 'once' => true, 'optional' => true],
	['type' => 'vacation', 'reason' => 'away'],
	['type' => 'vacation', 'reason' => "I am\r\n.away", 'days' => 3, 'subject' => 'Re: ä', 'handle' => 'h', 'from' => 'me@example.org', 'addresses' => ['me@example.org', 'us@example.org']],
	['type' => 'vacation', 'reason' => "Content-Type: text/plain\r\n\r\naway", 'seconds' => 3600, 'mime' => true, 'addresses' => ['me@example.org']],
	['type' => 'addheader', 'name' => 'X-New', 'value' => 'a "value"'], ['type' => 'addheader', 'name' => 'X-New', 'value' => 'v', 'last' => true],
	['type' => 'deleteheader', 'name' => 'X-Old', 'value' => ''],
	['type' => 'deleteheader', 'name' => 'X-Old', 'value' => ['a', 'b'], 'index' => 2, 'last' => true, 'match-type' => 'contains', 'comparator' => 'i;octet'],
	['type' => 'deleteheader', 'name' => 'X-Old', 'value' => '3', 'match-type' => 'value-ge', 'comparator' => 'i;ascii-numeric'],
	['type' => 'notify', 'method' => 'mailto:you@example.net', 'options' => '', 'importance' => 1, 'from' => 'me@example.org', 'message' => 'New: ${x}'],
	['type' => 'notify', 'method' => 'mailto:you@example.net?body=x', 'options' => ['a=b']],
];
foreach (['set', 'add', 'remove'] as $how)
	foreach (['\\Seen', ['\\Flagged', '$label1'], 'word'] as $flag)
		$actions[] = ['type' => $how . 'flag', 'target' => $flag];
// not rcube_sieve_script::SET_OPTIONS, which 1.6.5 has not in each of Debian 12's updates
$set_options = ['lower', 'upper', 'lowerfirst', 'upperfirst', 'quotewildcard', 'length', 'encodeurl'];
foreach (array_merge([[]], array_map(fn($option) => [$option => true], $set_options)) as $options)
	$actions[] = $options + ['type' => 'set', 'name' => 'x', 'value' => 'a ${x}'];

$n = 0;
function write($rules, $without)
{
	global $folder, $n;
	$script = new rcube_sieve_script('', array_diff(['body', 'copy', 'date', 'duplicate', 'editheader', 'enotify', 'envelope', 'ereject', 'fileinto',
		'imapflags', 'imap4flags', 'include', 'index', 'mime', 'notify', 'regex', 'reject', 'relational', 'subaddress', 'vacation',
		'vacation-seconds', 'variables', 'spamtest'], $without));
	foreach ($rules as $rule)
		$script->add_rule($rule);
	$text = $script->as_text();
	foreach ($without as $extension)
		if ($extension != '' && preg_match('/^require .*"' . preg_quote($extension, '/') . '"/', $text))
			return;
	file_put_contents(sprintf('%s/%04d.sieve', $folder, ++$n), $text);
}
$rule = fn($tests, $actions, $join = false, $off = false) => ['name' => "Rule \"one\" ]", 'tests' => $tests, 'join' => $join, 'disabled' => $off, 'actions' => $actions];
foreach ($tests as $test)
	write([$rule([$test], [['type' => 'keep']])], $without);
/* the generator forgets that :encodeurl needs enotify: no server takes it without a notify beside it */
$notify = ['type' => 'notify', 'method' => 'mailto:you@example.net', 'options' => ''];
foreach ($actions as $action)
	foreach ([false, true] as $off)
		write([$rule([['test' => 'header', 'type' => 'contains', 'arg1' => 'subject', 'arg2' => 'x']],
			[$action, isset($action['encodeurl']) ? $notify : ['type' => 'stop']], false, $off)], $without);
foreach ([false, true] as $join) /* all of, any of; several tests in one rule */
	foreach (array_chunk($tests, 40) as $some)
		write([$rule($some, [['type' => 'keep']], $join)], $without);
/* names of extensions of other servers, where ours are not there */
foreach (['enotify' => 'notify', 'imap4flags' => 'imapflags'] as $new => $old)
	foreach ($actions as $action)
		if (preg_match('/notify|flag/', $action['type']))
			write([$rule([['test' => 'true']], [$action])], [$new]);
