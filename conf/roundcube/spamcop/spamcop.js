// "Not junk" is the command of markasjunk, which lives in the window around a
// preview.
$(function () {
    $('.spamcop-notjunk').on('click', function () {
        (rcmail.is_framed() ? parent.rcmail : rcmail).command('plugin.markasjunk.not_junk', '', this);
        return false;
    });
});
