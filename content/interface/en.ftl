# The bot's own words in English. Calm, short, one fact a sentence, the action first.

## Names of languages
own-name = English
language-en = English
language-zh-Hans = Simplified Chinese
language-zh-Hant = Traditional Chinese

## Greeting
greeting =
    Read the statement “{ $title }” here, in { $parts } parts.
    Get updates only if you ask for them.
    { $privacy } tells what is kept about this chat and who can see it.

## Labels of buttons
button-read = Read
button-read-on = Read on · { $place }
button-next = Next · { $place }
button-back = Back · { $place }
button-contents = Contents
button-language = Language
button-updates = Updates
button-close = Close
button-settings = Settings
button-privacy = Privacy
button-help = Help
button-part = { $number } · { $heading }
button-updates-all = All updates
button-updates-urgent = Urgent ones only
button-updates-off = No updates
button-sound-on = Sound on
button-sound-off = Sound off
button-discreet-on = Discreet on
button-discreet-off = Discreet off
button-stop = Stop the updates
button-quiet = Quiet hours
button-quiet-off = No quiet hours
button-timezone = Time zone
button-here-off = Updates to the whole group
button-private = Open a private chat
button-channel = Channel { $number }

## Reading
in-language = In { $language }:
last-part = { $place } was the last part.
first-part = { $place } is the first part.
no-such-part = The statement has { $parts } parts. Choose one here.
closed = Closed. { $read } opens the statement where you stopped.

## Language
choose-language = Choose the language. A passage without a translation is shown in another language and marked.
choose-script = Choose the script: Simplified or Traditional Chinese.
language-unknown = That language is not here yet. Choose one of these.
language-chosen = Language: { $language }.

## Updates and settings
updates-all = Updates: all.
updates-urgent = Updates: urgent ones only.
updates-off = Updates: off. Nothing is sent here unasked.
updates-none-yet = No update has been published yet.
updates-choose = Choose which updates come to this chat.
settings-title = **Settings of this chat**
settings-language = Language: { $language }
settings-updates-all = Updates: all
settings-updates-urgent = Updates: urgent ones only
settings-updates-off = Updates: off
settings-sound-on = Sound: on
settings-sound-off = Sound: off
settings-discreet-on = Discreet: on. A neutral line comes instead of the text.
settings-discreet-off = Discreet: off
settings-quiet = Quiet hours: { $hours }
settings-no-quiet = Quiet hours: none
settings-timezone = Time zone: { $zone }
settings-topic-one = Updates come to one topic.
settings-topic-none = Updates come to the group as a whole.
settings-how = Type { $quiet } for quiet hours and { $timezone } for another time zone.
saved = Saved.
sound-wrong = Write { $on } or { $off }.
quiet-wrong = Choose the hours, or write them as { $example }, or { $off }.
timezone-wrong = Choose a time zone, or write another one such as { $example }.

## Groups, channels and rooms
group-does = This bot offers a text to read, and sends updates here only if an admin chooses so.
group-reads = It reads nothing but its own commands, such as { $read }.
group-reads-unencrypted = It reads nothing but its own commands, such as { $read }. This room is not encrypted.
group-sets = Only admins can set it, here or with { $settings }.
group-private = Reading goes on in a private chat.
group-typed = In a private chat with this bot, type { $command }.
group-idle = Nobody has chosen anything here for a week. This bot leaves now.
here-on = Updates come to this topic.
here-off = Updates come to the group as a whole.
here-no-topic = This is no topic of its own. Say { $here } in the topic that shall get the updates.
refused = Only admins can do that here.
refused-channel = Nothing is kept here about that channel, or you are not its admin.
channel-added = This bot is an admin of your channel now. It is called channel { $number } here.
channel-choose = It posts nothing there before you choose. Choose the language and the updates.
channel-muted = The bot may not post in channel { $number }. It lacks the right “Post Messages” there.

## Help
help-title = **What you can type**
help-line = { $command } { $description }
unknown = Type one of the commands. No person reads here, and what you wrote is not kept.
pressed-old = This button has no use any more. These have.
pressed-void = This button has no use here.
unreadable = The bot could not read that message. Send it again, please; if that does not help, leave this room and open a new one.
too-much = Too much came from this chat at once, and this was not read. Wait { $seconds } seconds, then say it again.
command-start = Begin
command-read = Read where you stopped, or a part by its number
command-next = The next page
command-back = The page before
command-contents = The parts of the statement
command-language = Choose the language
command-updates = Choose which updates come
command-settings = All choices of this chat
command-about = Whose statement this is, and how to know this bot
command-privacy = What is kept, and who can see it
command-my_data = Everything kept about this chat
command-forget_me = Delete everything kept about this chat
command-here = Updates come to this topic
command-quiet = Hours in which nothing rings
command-timezone = The time zone of those hours
command-close = Put the panel away
command-help = These commands

## About
about-title = **{ $title }**
about-credit = Photo credit of the publication: { $name }
about-official = **This bot's official addresses**
about-address = { $network }: { $address }
about-no-addresses = The operator has named no official addresses.
about-fingerprint = Fingerprint on Matrix: { $fingerprint }
about-software = The program is free software, AGPL-3.0-or-later. The statement belongs to its publishers.

## Privacy
privacy-title = **What is kept**
privacy-address = The address of this chat, sealed with a key that lies outside the store.
privacy-choices = Your place in the statement and your choices, until you delete them.
privacy-messages = References to the bot's messages here, { $hours } hours, so that they can be deleted.
privacy-heard = A keyed mark of each message handled, { $hours } hours, so that none is answered twice. It names nobody.
privacy-groups = Of a group or channel: its address, sealed, its choices, and the hour when the bot came.
privacy-text = What you write is never kept.
privacy-where = All of it lies on the operator's server, in { $database }.
privacy-vacuum = What is deleted there stays in the database’s files until PostgreSQL clears them up by itself.
privacy-delete = Delete it at once with { $forget }. See it with { $data }.
privacy-limits = **What cannot be promised**
privacy-telegram = Telegram sees who talks to this bot and what is said. Chats with bots are not end-to-end encrypted there.
privacy-matrix = Your homeserver and the bot's see that this room exists, who is in it and when it is used. In an encrypted room they cannot read what is said.
privacy-matrix-reactions = Reactions are not encrypted, also in an encrypted room.
privacy-terminal = This conversation stays on this machine and ends with it.
privacy-running = Whoever seizes the server while it runs finds the key in its memory.

## My data
data-title = **Everything kept about this chat**
data-address = Its address, sealed.
data-language = Language: { $language }
data-no-language = Language: not chosen
data-place = Place in the statement: { $place }
data-no-place = Place in the statement: none
data-messages =
    { $count ->
        [one] References to { $count } message of the bot.
       *[other] References to { $count } messages of the bot.
    }
data-channels =
    { $count ->
        [one] { $count } channel is entrusted to this chat.
       *[other] { $count } channels are entrusted to this chat.
    }
data-settings = The choices that { $settings } shows.
data-nothing = You have chosen nothing. The address and the references go by themselves within { $hours } hours.

## Forget me
forgotten = Deleted. Nothing that was kept about this chat is left.
forgotten-telegram = The bot's messages of the last 48 hours here are deleted too; Telegram allows no more. To remove the chat from your phone, open its menu, choose Delete chat, and block the bot.
forgotten-matrix = The bot's messages here are deleted too. To remove the chat from your phone, leave this room; the bot then leaves it as well.
forgotten-group = The bot’s recent messages here are deleted too, where the network allows. It stays, and says nothing more by itself. To have it gone, remove it.
forgotten-channel = What the bot posted there can be deleted in the channel itself. To have the bot gone, remove it there.
forgotten-terminal = Close this window to end the conversation.

## How the bot presents itself (Telegram's limits: 64, 512 and 120 characters)
profile-name = Recognizing each others’ struggles
profile-description = Read the statement “{ $title }” in parts, in English, Simplified or Traditional Chinese. Updates come only if you ask for them. Telegram sees who talks to a bot; /privacy tells what is kept.
profile-short = The statement in parts, in English and Chinese. Updates only if you ask for them.

## Posts, as those who get them see them
post-urgent = Urgent
post-discreet = There is something new to read here.
post-withdrawn = #{ $number } was withdrawn.
button-open = Open

## Moderators: posts
state-draft = draft
state-submitted = waits for approval
state-approved = approved
state-countdown = goes out in a moment
state-running = going out
state-held = held
state-done = delivered
state-cancelled = cancelled
state-rejected = rejected
state-retracted = retracted
panel-text = **{ $language }:** { $text }
panel-missing = **{ $language }:** missing
panel-urgent = Urgent: yes. It comes also to chats that want urgent ones only.
panel-not-urgent = Urgent: no
panel-attachments = Attachments: { $count }
panel-audience = Audience: { $count } ({ $networks })
panel-languages = Languages chosen there: { $languages }
panel-no-language = none
panel-hour = Hour: { $moment }
panel-no-hour = Hour: as soon as it is approved
panel-due = Goes out at { $moment } unless somebody holds it.
panel-why = Reason: { $why }
panel-delivered = Delivered: { $figure }
panel-network = { $network }: { $figure } · pending { $pending } · waiting { $waiting } · gone { $gone } · failed { $failed }
panel-recalled = Taken back: { $done } of { $count } · too old { $old } · failed { $failed }
panel-held = Held: { $why }
button-post-preview = Preview
button-post-test = Send it to me
button-post-urgent-on = Mark as urgent
button-post-urgent-off = Not urgent
button-post-submit = Ask for approval
button-post-hold = Hold
button-post-release = Release
button-post-cancel = Cancel it
button-post-retract = Retract it everywhere
button-post-refresh = Refresh
button-post-panel = Back to the post
announce-how = Write the text behind the command: { $example }
text-how = Write number, language and text: { $example }
text-long = The text is too long. { $most } characters are the most.
text-hidden = The text holds characters that nobody sees: { $found }. Take them out.
urgent-how = Write { $example }
no-such-post = There is no such post.
post-made = Post #{ $number } is kept as a draft.
post-which-language = In which language is it?
post-voided = Changed. What was approved is void.
post-out-already = It is out already, or ended. It cannot be edited any more.
test-coming = It comes to you in a moment, as everyone would get it.
no-drafts = There are no drafts. { $announce } makes one.
drafts-title = **Unfinished posts**

## Moderators: people
role-editor = editor
role-approver = approver
role-owner = owner
refused-role = That takes the role of { $role }.
refused-device = This takes a typed command, in an encrypted room, from your pinned device.
invite-how = Write the role, and a callsign if you like: { $example }. Roles: editor, approver, owner.
callsign-long = A callsign has { $most } characters at the most.
callsign-taken = { $callsign } is a moderator already, as { $role }. The same role invites another address of theirs.
invite-made = An invitation as { $role }. It can be used once, within { $minutes } minutes.
invite-type = Type to the bot: { $command }
invite-link = { $network }: { $link }
invite-once = Give it to one person, by a way that you trust.
invite-needs-encryption = An invitation counts only in an encrypted room, from a device that is verified by its owner's own keys. Turn encryption on and say it again.
welcome-moderator = You are moderator { $number }, { $callsign }, { $role }.
welcome-how = { $announce } makes a post. { $queue } shows what is to come.
moderators-title = **Moderators**
moderator-line = { $number } · { $callsign } · { $role }
moderator-frozen = { $number } · { $callsign } · { $role } · frozen
moderators-how = { $freeze } suspends one at once. { $remove } removes one, and takes an owner.

## Moderators: publishing
button-post-reject = Reject
button-pause-all = Hold everything
request-code = Type this to approve exactly what you see: { $command }
request-once = The code is yours alone and works once. Any edit voids it.
approve-how = Write the number and your code, as the request shows them.
submitted = Approval asked for. { $asked } must agree; { $able } can.
submitted-short = Too few can approve it: whoever wrote it or set its hour does not count. An owner can invite more.
approved-at-once = No approval is asked for here. It goes out after the countdown.
approved-now = Approved. It goes out after the countdown unless somebody holds it.
approved-more = Approved by { $given } of { $asked }.
released-more = Released by { $given } of { $asked }.
resume-more = { $given } of { $asked } want everything to go on.
queue-title = **What is to come**
queue-empty = Nothing is to come. { $drafts } shows what is unfinished.
queue-paused = Everything is held. { $resume } lets it go on.
moment-form = Write the date and the time as { $example }.
moment-zone = That time zone is not known. Write it as { $example }.
moment-past = That moment is over. Write one to come, as { $example }.
moment-skipped = The clocks go forward then: there is no such hour. Choose another, as { $example }.
moment-twice = The clocks go back then: there are two such hours. Choose another, as { $example }.
done-freeze = Moderator { $number }, { $callsign }, is frozen. All are told, and what they wrote or approved is held.
done-thaw = Moderator { $number }, { $callsign }, is no longer frozen.
done-remove = Moderator { $number }, { $callsign }, is removed. What they wrote or approved and is not out is held.
audit-title = **The latest deeds**
stats-title = **Chats that want updates**
stats-total = All: { $count }
stats-network = { $network }: { $count }
stats-language = { $language }: { $count }

## Moderators: why something was not done
why-unknown = There is no such post, moderator or invitation.
why-stranger = Moderators alone can do that.
why-role = Your role does not reach for that.
why-state = Not now: it is “{ $state }”.
why-out = Some of it is out already. It can be retracted, not edited.
why-empty = It has no text yet.
why-past = Its hour is over. Set another one.
why-own = You wrote some of it. Somebody else must approve it.
why-hour = You set its hour. Somebody else must approve it.
why-code = That is not your code for this post, or it was used. The post's panel shows a new one.
why-expired = That is too old. The post's panel shows a new code.
why-tried = Too many wrong codes. The post's panel shows a new one.
why-unapproved = What it says now is not approved. Ask for approval again.
why-last-owner = The last owner stays: nobody could manage moderators any more.
why-themselves = Somebody else must do that.
why-taken = That address is a moderator's already.

## Moderators: what they are told
letter-request = #{ $number } waits for your approval. Above is what its readers would get.
letter-countdown = This goes out at { $moment } unless somebody holds it.
letter-receipt = #{ $number } is delivered: { $figure }. Failed: { $failed }. Gone: { $gone }.
letter-retracted = #{ $number } is taken back: { $done } done, { $old } too old, { $stuck } failed.
letter-breaker = #{ $number } is held on { $platform }: too many chats seem gone. No subscription was ended. Look before you release it.
letter-unapproved = #{ $number } is held: it lacked approvals when its time came.
letter-expired = Nobody approved #{ $number } in time. It is a draft again.
letter-rejected = #{ $number } was rejected. { $reason }
letter-joined = Moderator { $number } joined, as { $role }.
letter-frozen = Moderator { $number } was frozen.
letter-thawed = Moderator { $number } is no longer frozen.
letter-removed = Moderator { $number } was removed.

## Moderators: their commands
updates-latest = The latest updates are here to read.
help-moderators = **As a moderator**
command-announce = Begin a post
command-text = Set a text of a post: number, language, text
command-urgent = Mark a post as urgent: number, on or off
command-preview = See a post as its readers will
command-test = Get a post as its readers will
command-schedule = Set its hour: number, date, time
command-submit = Ask for approval
command-approve = Approve, with your code
command-reject = Refuse a post
command-hold = Stop a post
command-release = Let a post go on
command-cancel = End a post
command-retract = Take a post back everywhere
command-pause-all = Stop everything
command-resume-all = Let everything go on
command-queue = What is to come
command-drafts = What is unfinished
command-show = One post and its delivery
command-moderators = Who moderates
command-invite = Invite a moderator: role, callsign
command-freeze = Suspend a moderator at once
command-thaw = Take a suspension back
command-remove = Remove a moderator
command-audit = The latest deeds
command-stats = The audience in numbers

## Moderators: what must be answered first
answer-first = Answer first what is asked below.
rest-asked = #{ $rest } may be the rest of #{ $number }: it came right behind a long text. Neither goes out before you say what it is.
rest-appended = Put together. Read over the seam: “…{ $before }” and then “{ $after }…”.
rest-apart = This is a post of its own, apart from #{ $number }.
rest-discarded = The rest is left out.
rest-unfit = That cannot be kept as one text of at most { $most } characters. Leave it out, and send the text anew in shorter pieces.
button-rest-append = It belongs to #{ $number }
button-rest-apart = A post of its own
button-rest-discard = Leave it out
held-rest = more of its text came
held-frozen = somebody who wrote or approved it is frozen
held-removed = somebody who wrote or approved it is removed
held-paused = everything was held
held-unapproved = it lacked approvals
held-breaker = too many chats seem gone

## Moderators: answers that were lost on the way
invite-lost = An invitation was made, but its code was lost on the way. Make a new one: { $command }
code-lost = A code was made for you, but it was lost on the way. Show the post again for a new one.
panel-rate = { $rate } a second · about { $left } left
data-moderator = Moderator { $number }, { $callsign }, { $role }: your address, sealed, and your deeds by number.
forgotten-moderator = You are still moderator { $number }. An owner ends that with { $remove }.
