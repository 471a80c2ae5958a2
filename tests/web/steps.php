<?php
// steps.php HOST:PORT ROUNDCUBE FOLDER: what the reader does in the browser. Reads steps from standard input, one a line, and answers each with one line: "ok TEXT"
// or "failed: why". Pictures go into FOLDER.
require __DIR__ . '/webdriver.php';

[, $driver, $base, $folder] = $argv;
$browser = new Browser($driver, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--hide-scrollbars', '--window-size=1100,620', "--user-data-dir=$folder/profile"]);

function text(Browser $browser): string
{
	return preg_replace('/\s+/', ' ', $browser->run('return document.body.innerText;'));
}

$steps = [
	'login' => function ($name) use ($browser, $base) {
		$browser->open("$base/?_task=logout");
		$browser->run("document.cookie.split(';').forEach(c => document.cookie = c.split('=')[0] + '=; expires=Thu, 01 Jan 1970 00:00:00 GMT');");
		$browser->open("$base/?_task=login");
		$browser->until("document.querySelector('#rcmloginuser')", 'the login page');
		$browser->type('#rcmloginuser', $name === '' ? 'user' : $name);
		$browser->type('#rcmloginpwd', 'secret');
		$browser->click('#rcmloginsubmit');
		$browser->until("document.querySelector('#messagelist')", 'the list of messages');
	},
	'list' => function ($mailbox) use ($browser, $base) {
		$browser->open("$base/?_task=mail&_mbox=$mailbox");
		$browser->until("window.rcmail && !rcmail.busy && document.readyState == 'complete' && (document.querySelector('#messagelist tbody tr') || document.body.innerText.includes('empty'))",
			'the messages');
		return text($browser);
	},
	'read' => function ($mailbox) use ($browser, $base) {
		$browser->until("rcmail.message_list && rcmail.message_list.rowcount", 'the first message');
		$uid = $browser->run('const list = rcmail.message_list; return list.rows[list.get_first_row()].uid || list.get_first_row();');
		$browser->open("$base/?_task=mail&_mbox=$mailbox&_uid=$uid&_action=show");
		$browser->until("window.rcmail && document.readyState == 'complete' && document.querySelector('#messagebody')", 'the message');
		$browser->run("[...document.querySelectorAll('a')].filter(a => a.innerText.trim() == 'Details').forEach(a => a.click());");
		return text($browser);
	},
	'notjunk' => function () use ($browser) {
		$browser->click('a.notjunk:not(.disabled)');
		$browser->until("window.rcmail && !rcmail.busy && !document.querySelector('#messagebody')", 'the mail to be gone');
	},
	'meaning' => function () use ($browser) {
		$browser->click('.spamcop-box summary');
		$browser->until("document.querySelector('.spamcop-box details').open", 'the explanation');
		return text($browser);
	},
	'boxnotjunk' => function () use ($browser) {
		$browser->click('.spamcop-notjunk');
		$browser->until("window.rcmail && !rcmail.busy && !document.querySelector('#messagebody')", 'the mail to be gone');
	},
	'attribute' => function ($what) use ($browser) {
		$at = strrpos($what, ' ');
		[$selector, $name] = [substr($what, 0, $at), substr($what, $at + 1)];
		return $browser->run('return document.querySelector(' . json_encode($selector) . ').getAttribute(' . json_encode($name) . ');');
	},
	'title' => fn () => $browser->run('return document.title;'),
	'filters' => function () use ($browser, $base) {
		$browser->open("$base/?_task=settings&_action=plugin.managesieve");
		$browser->until("window.rcmail && !rcmail.busy && document.readyState == 'complete' && document.querySelector('#filterslist')", 'the filters');
		return text($browser);
	},
	'addfilter' => function () use ($browser) {
		// A new rule: subject contains "holiday", move to the folder that the form offers first.
		$browser->click('a.create:not(.disabled):not(.compose)');
		$browser->until("(f => f && f.contentDocument && f.contentDocument.querySelector('input[name=_name]'))(document.querySelector('#filter-box'))", 'the form');
		$browser->frame('#filter-box');
		$browser->type('input[name=_name]', 'Holiday');
		$browser->run("document.querySelectorAll('[name^=\"_rule_target\"], [name^=\"_target\"]').forEach(e => { if (e.tagName == 'TEXTAREA' || e.type == 'text') e.value = 'holiday'; });" .
			"document.querySelectorAll('.multi-input input').forEach(e => { e.value = 'holiday'; e.dispatchEvent(new Event('change', {bubbles: true})); });");
		$browser->click('button.submit');
		$browser->frame(null);
		$browser->until("document.querySelector('#filterslist').innerText.includes('Holiday')", 'the new filter in the list');
		return text($browser);
	},
	'picture' => function ($name) use ($browser, $folder) {
		usleep(500000); // fades
		$browser->picture("$folder/$name.png");
	},
];
while (($line = fgets(STDIN)) !== false) {
	[$verb, $argument] = explode(' ', trim($line) . ' ', 2);
	if ($verb === 'quit')
		break;
	try {
		$said = $steps[$verb](trim($argument));
		echo "ok $said\n";
	} catch (Throwable $e) {
		echo 'failed: ', preg_replace('/\s+/', ' ', $e->getMessage()), "\n";
		$browser->picture("$folder/failed-$verb.png");
	}
}
$browser->close();
