# 机器人自己的话（简体中文）。平静、简短，一句一事，先说怎么做。

## 语言名称
own-name = 简体中文
language-en = 英文
language-zh-Hans = 简体中文
language-zh-Hant = 繁体中文

## 问候
greeting =
    在这里分 { $parts } 部分阅读声明“{ $title }”。
    你要求了，才会收到更新。
    用 { $privacy } 查看这里保存什么、谁能看到。

## 按钮
button-read = 阅读
button-read-on = 继续读 · { $place }
button-next = 下一页 · { $place }
button-back = 上一页 · { $place }
button-contents = 目录
button-language = 语言
button-updates = 更新
button-close = 关闭
button-settings = 设置
button-privacy = 隐私
button-help = 帮助
button-part = { $number } · { $heading }
button-updates-all = 全部更新
button-updates-urgent = 只要紧急的
button-updates-off = 不要更新
button-sound-on = 打开声音
button-sound-off = 关掉声音
button-discreet-on = 打开低调模式
button-discreet-off = 关掉低调模式
button-stop = 停止更新
button-quiet = 免打扰时段
button-quiet-off = 不设免打扰
button-timezone = 时区
button-here-off = 更新发到整个群
button-private = 打开私聊
button-channel = 频道 { $number }

## 阅读
in-language = 以下为{ $language }：
last-part = { $place } 是最后一部分。
first-part = { $place } 是第一部分。
no-such-part = 声明共有 { $parts } 部分，请选一个。
closed = 已关闭。用 { $read } 从上次停下的地方继续读。

## 语言
choose-language = 选择语言。还没有译文的段落会用别的语言显示，并标明。
choose-script = 选择字体：简体或繁体。
language-unknown = 还没有这种语言。请从下面选一种。
language-chosen = 语言：{ $language }。

## 更新与设置
updates-all = 更新：全部。
updates-urgent = 更新：只要紧急的。
updates-off = 更新：关闭。你没有要求的，不会发到这里。
updates-none-yet = 还没有发布过更新。
updates-choose = 选择这个聊天要收哪些更新。
settings-title = **这个聊天的设置**
settings-language = 语言：{ $language }
settings-updates-all = 更新：全部
settings-updates-urgent = 更新：只要紧急的
settings-updates-off = 更新：关闭
settings-sound-on = 声音：开
settings-sound-off = 声音：关
settings-discreet-on = 低调模式：开。只发一行中性的话，不发正文。
settings-discreet-off = 低调模式：关
settings-quiet = 免打扰时段：{ $hours }
settings-no-quiet = 免打扰时段：无
settings-timezone = 时区：{ $zone }
settings-topic-one = 更新只发到一个话题。
settings-topic-none = 更新发到整个群。
settings-how = 输入 { $quiet } 设免打扰时段，输入 { $timezone } 换时区。
saved = 已保存。
sound-wrong = 请写 { $on } 或 { $off }。
quiet-wrong = 请选择时段，或写成 { $example }，或写 { $off }。
timezone-wrong = 请选择时区，或写别的时区，例如 { $example }。

## 群组、频道与房间
group-does = 这个机器人提供一篇可读的文字；管理员选择了，才会在这里发更新。
group-reads = 它只读自己的命令，例如 { $read }。
group-reads-unencrypted = 它只读自己的命令，例如 { $read }。这个房间没有加密。
group-sets = 只有管理员可以设置它，可以点下面，或用 { $settings }。
group-private = 请在私聊中继续阅读。
group-typed = 请在与这个机器人的私聊中输入 { $command }。
group-idle = 一周来这里没有人选择什么。这个机器人现在离开。
here-on = 更新会发到这个话题。
here-off = 更新会发到整个群。
here-no-topic = 这里不是单独的话题。请在要收更新的话题里输入 { $here }。
refused = 只有管理员可以在这里这样做。
refused-channel = 这里没有保存那个频道的内容，或者你不是它的管理员。
channel-added = 这个机器人现在是你的频道的管理员。它在这里叫频道 { $number }。
channel-choose = 你选择之前，它不会在那里发任何内容。请选择语言和更新。
channel-muted = 机器人不能在频道 { $number } 发消息：它在那里缺少“发布消息”的权限。

## 帮助
help-title = **你可以输入**
help-line = { $command } { $description }
unknown = 请输入下面的命令。这里没有人读，你写的内容也不会保存。
pressed-old = 这个按钮已经没有用了。请用下面的。
pressed-void = 这个按钮在这里没有用。
unreadable = 机器人读不了那条消息。请再发一次；如果还是不行，请离开这个房间，再开一个新的。
too-much = 这里一次发来的消息太多，这一条没有读。请等 { $seconds } 秒再发。
command-start = 开始
command-read = 从上次停下的地方读，或按编号读某一部分
command-next = 下一页
command-back = 上一页
command-contents = 声明的各部分
command-language = 选择语言
command-updates = 选择收哪些更新
command-settings = 这个聊天的所有选择
command-about = 声明是谁的，怎样认出这个机器人
command-privacy = 保存什么，谁能看到
command-my_data = 保存的关于这个聊天的一切
command-forget_me = 删除保存的关于这个聊天的一切
command-here = 更新发到这个话题
command-quiet = 不打扰的时段
command-timezone = 这些时段的时区
command-close = 收起面板
command-help = 这些命令

## 关于
about-title = **{ $title }**
about-credit = 发表时的照片署名：{ $name }
about-official = **这个机器人的官方地址**
about-address = { $network }：{ $address }
about-no-addresses = 运营者没有写明官方地址。
about-fingerprint = Matrix 上的指纹：{ $fingerprint }
about-software = 程序是自由软件，AGPL-3.0-or-later。声明属于它的发表者。

## 隐私
privacy-title = **保存什么**
privacy-address = 这个聊天的地址，已加密，密钥放在数据库之外。
privacy-choices = 你读到的位置和你的选择，直到你删除。
privacy-messages = 机器人在这里的消息编号，保存 { $hours } 小时，以便删除。
privacy-heard = 每条处理过的消息的加密标记，保存 { $hours } 小时，以免重复回答。它不指向任何人。
privacy-groups = 群组或频道：已加密的地址、它的选择，和机器人到来的钟点。
privacy-text = 你写的内容从不保存。
privacy-where = 这些都放在运营者的服务器上，{ $database } 里。
privacy-vacuum = 在那里删除的内容，要等 PostgreSQL 自己清理之后，才会从数据库的文件里消失。
privacy-delete = 用 { $forget } 立即删除，用 { $data } 查看。
privacy-limits = **不能保证什么**
privacy-telegram = Telegram 能看到谁在和这个机器人说话、说了什么。那里与机器人的聊天没有端到端加密。
privacy-matrix = 你的服务器和机器人的服务器能看到有这个房间、谁在里面、何时使用。在加密房间里，它们读不到内容。
privacy-matrix-reactions = 表情回应没有加密，在加密房间里也一样。
privacy-terminal = 这段对话只在这台机器上，关掉就没有了。
privacy-running = 如果有人夺走正在运行的服务器，内存里有密钥。

## 我的数据
data-title = **保存的关于这个聊天的一切**
data-address = 它的地址，已加密。
data-language = 语言：{ $language }
data-no-language = 语言：没有选择
data-place = 读到的位置：{ $place }
data-no-place = 读到的位置：无
data-messages = 机器人的 { $count } 条消息的编号。
data-channels = 有 { $count } 个频道交给这个聊天管理。
data-settings = { $settings } 里显示的选择。
data-nothing = 你没有选择任何东西。地址和编号会在 { $hours } 小时内自动删除。

## 忘记我
forgotten = 已删除。保存的关于这个聊天的内容，一点也没有留下。
forgotten-telegram = 机器人最近 48 小时在这里的消息也删除了；更早的，Telegram 不允许。要从手机上删除聊天，打开聊天菜单，选择删除，并屏蔽这个机器人。
forgotten-matrix = 机器人在这里的消息也删除了。要从手机上删除聊天，离开这个房间，机器人随后也会离开。
forgotten-group = 网络允许的话，机器人最近在这里的消息也删除了。它会留下，不再主动说话。要它离开，请移除它。
forgotten-channel = 机器人在频道里发过的内容，可以在频道里删除。要它离开，请在频道里移除它。
forgotten-terminal = 关掉这个窗口，对话就结束了。

## 自我介绍
profile-name = Recognizing each others’ struggles
profile-description = 分部分阅读声明“{ $title }”，有英文、简体中文和繁体中文。你要求了，才会收到更新。Telegram 能看到谁和机器人说话；/privacy 说明保存什么。
profile-short = 分部分阅读声明，有中文和英文。你要求了，才会收到更新。

## 收到的人看到的消息
post-urgent = 紧急
post-discreet = 这里有新的内容可以看。
post-withdrawn = #{ $number } 已撤回。
button-open = 打开

## 管理员：消息
state-draft = 草稿
state-submitted = 等待批准
state-approved = 已批准
state-countdown = 即将发出
state-running = 正在发出
state-held = 已暂停
state-done = 已送达
state-cancelled = 已取消
state-rejected = 未获批准
state-retracted = 已撤回
panel-text = **{ $language }：**{ $text }
panel-missing = **{ $language }：**缺少
panel-urgent = 紧急：是。只要紧急消息的对话也会收到。
panel-not-urgent = 紧急：否
panel-attachments = 附件：{ $count }
panel-audience = 收件的对话：{ $count }（{ $networks }）
panel-languages = 选用的语言：{ $languages }
panel-no-language = 未选
panel-hour = 时间：{ $moment }
panel-no-hour = 时间：批准后立即发出
panel-due = 如果没有人暂停，{ $moment } 发出。
panel-why = 原因：{ $why }
panel-delivered = 已送达：{ $figure }
panel-network = { $network }：{ $figure } · 待发 { $pending } · 等候 { $waiting } · 已离开 { $gone } · 失败 { $failed }
panel-recalled = 已收回：{ $done }，共 { $count } · 太旧 { $old } · 失败 { $failed }
panel-held = 暂停原因：{ $why }
button-post-preview = 预览
button-post-test = 发给我看
button-post-urgent-on = 标为紧急
button-post-urgent-off = 取消紧急
button-post-submit = 请求批准
button-post-hold = 暂停
button-post-release = 继续
button-post-cancel = 取消这条
button-post-retract = 全部撤回
button-post-refresh = 刷新
button-post-panel = 返回这条消息
announce-how = 请把文字写在指令后面：{ $example }
text-how = 请写编号、语言和文字：{ $example }
text-long = 文字太长。最多 { $most } 个字符。
text-hidden = 文字里有看不见的字符：{ $found }。请删去。
urgent-how = 请写 { $example }
no-such-post = 没有这条消息。
post-made = 消息 #{ $number } 已存为草稿。
post-which-language = 这是哪种语言？
post-voided = 已修改。之前的批准作废。
post-out-already = 它已经发出或结束，不能再修改。
test-coming = 马上发给你，和大家收到的一样。
no-drafts = 没有草稿。{ $announce } 可以写一条。
drafts-title = **未完成的消息**

## 管理员：成员
role-editor = 编辑
role-approver = 批准人
role-owner = 负责人
refused-role = 这需要“{ $role }”的身份。
refused-device = 这需要在加密聊天室里，用已登记的设备手动输入。
invite-how = 请写身份，也可以加代号：{ $example }。身份：editor、approver、owner。
callsign-long = 代号最多 { $most } 个字符。
callsign-taken = { $callsign } 已经是管理员（{ $role }）。用同样的身份可以邀请同一人的另一个地址。
invite-made = “{ $role }”的邀请。只能用一次，{ $minutes } 分钟内有效。
invite-type = 对机器人输入：{ $command }
invite-link = { $network }：{ $link }
invite-once = 请用你信任的方式交给一个人。
invite-needs-encryption = 邀请只在加密聊天室里有效，而且设备要由本人的密钥验证过。请打开加密后再说一次。
welcome-moderator = 你是 { $number } 号管理员，代号 { $callsign }，身份：{ $role }。
welcome-how = { $announce } 写一条消息。{ $queue } 显示将要发出的消息。
moderators-title = **管理员**
moderator-line = { $number } · { $callsign } · { $role }
moderator-frozen = { $number } · { $callsign } · { $role } · 已停用
moderators-how = { $freeze } 立即停用一个人。{ $remove } 移除一个人，需要负责人。

## 管理员：发布
button-post-reject = 不批准
button-pause-all = 全部暂停
request-code = 输入这一行，就批准你看到的内容：{ $command }
request-once = 代码只属于你，只能用一次。内容一改就作废。
approve-how = 请写编号和你的代码，和请求里的一样。
submitted = 已请求批准。需要 { $asked } 人同意，有 { $able } 人可以批准。
submitted-short = 能批准的人不够：写过内容或定过时间的人不算。负责人可以邀请更多人。
approved-at-once = 这里不需要批准。倒数结束后发出。
approved-now = 已批准。如果没有人暂停，倒数结束后发出。
approved-more = 已有 { $given } 人批准，需要 { $asked } 人。
released-more = 已有 { $given } 人同意继续，需要 { $asked } 人。
resume-more = 已有 { $given } 人同意全部继续，需要 { $asked } 人。
queue-title = **将要发出的消息**
queue-empty = 没有将要发出的消息。{ $drafts } 显示未完成的。
queue-paused = 全部已暂停。{ $resume } 让它们继续。
moment-form = 请这样写日期和时间：{ $example }
moment-zone = 没有这个时区。请这样写：{ $example }
moment-past = 这个时间已经过了。请写以后的时间：{ $example }
moment-skipped = 那时钟会拨快，没有这个钟点。请选别的时间：{ $example }
moment-twice = 那时钟会拨慢，这个钟点有两次。请选别的时间：{ $example }
done-freeze = { $number } 号管理员 { $callsign } 已停用。所有管理员都会知道，这个人写过或批准过的都已暂停。
done-thaw = { $number } 号管理员 { $callsign } 已恢复。
done-remove = { $number } 号管理员 { $callsign } 已移除。这个人写过或批准过、还没发出的都已暂停。
audit-title = **最近的操作**
stats-title = **要收消息的对话**
stats-total = 全部：{ $count }
stats-network = { $network }：{ $count }
stats-language = { $language }：{ $count }

## 管理员：为什么没有做
why-unknown = 没有这条消息、这位管理员或这份邀请。
why-stranger = 只有管理员可以这样做。
why-role = 你的身份不够。
why-state = 现在不行：状态是“{ $state }”。
why-out = 已经发出了一部分。可以撤回，不能修改。
why-empty = 还没有文字。
why-past = 时间已经过了。请另定时间。
why-own = 你写过其中的内容。要由别人批准。
why-hour = 时间是你定的。要由别人批准。
why-code = 这不是你对这条消息的代码，或者已经用过。打开这条消息可以看到新的。
why-expired = 太久了。打开这条消息可以看到新的代码。
why-tried = 输错太多次。打开这条消息可以看到新的代码。
why-unapproved = 现在的内容没有获得批准。请再次请求批准。
why-last-owner = 最后一位负责人要留下，否则没有人能管理管理员。
why-themselves = 要由别人来做。
why-taken = 这个地址已经属于一位管理员。

## 管理员：通知
letter-request = #{ $number } 等你批准。上面就是读者会收到的内容。
letter-countdown = 如果没有人暂停，{ $moment } 发出。
letter-receipt = #{ $number } 已送达：{ $figure }。失败：{ $failed }。已离开：{ $gone }。
letter-retracted = #{ $number } 已撤回：完成 { $done }，太旧 { $old }，失败 { $stuck }。
letter-breaker = #{ $number } 在 { $platform } 上已暂停：太多对话好像不在了。没有结束任何订阅。请看过再继续。
letter-unapproved = #{ $number } 已暂停：到时间时还没有获得批准。
letter-expired = #{ $number } 没有及时获得批准，又成为草稿。
letter-rejected = #{ $number } 未获批准。{ $reason }
letter-joined = { $number } 号管理员加入，身份：{ $role }。
letter-frozen = { $number } 号管理员已停用。
letter-thawed = { $number } 号管理员已恢复。
letter-removed = { $number } 号管理员已移除。

## 管理员：指令
updates-latest = 这里可以看最近的更新。
help-moderators = **作为管理员**
command-announce = 写一条消息
command-text = 写一种语言的文字：编号、语言、文字
command-urgent = 标为紧急：编号、on 或 off
command-preview = 看读者会看到的样子
command-test = 发给自己看
command-schedule = 定时间：编号、日期、时间
command-submit = 请求批准
command-approve = 用你的代码批准
command-reject = 不批准
command-hold = 暂停一条消息
command-release = 让它继续
command-cancel = 取消一条消息
command-retract = 全部撤回
command-pause-all = 全部暂停
command-resume-all = 全部继续
command-queue = 将要发出的消息
command-drafts = 未完成的消息
command-show = 一条消息和它的送达情况
command-moderators = 有哪些管理员
command-invite = 邀请管理员：身份、代号
command-freeze = 立即停用一位管理员
command-thaw = 恢复一位管理员
command-remove = 移除一位管理员
command-audit = 最近的操作
command-stats = 收件的数字

## 管理员：要先回答的问题
answer-first = 请先回答下面的问题。
rest-asked = #{ $rest } 可能是 #{ $number } 的后半段：它紧跟在一段长文字之后。你说明之前，两者都不会发出。
rest-appended = 已接在一起。请检查接缝：“…{ $before }”之后是“{ $after }…”。
rest-apart = 这是一条独立的消息，与 #{ $number } 分开。
rest-discarded = 后半段已舍去。
rest-unfit = 这无法存为一段不超过 { $most } 个字的文字。请舍去，再分成较短的几段重新发送。
button-rest-append = 属于 #{ $number }
button-rest-apart = 独立的一条消息
button-rest-discard = 舍去
held-rest = 后面还有文字
held-frozen = 写过或批准过它的人已被停用
held-removed = 写过或批准过它的人已被移除
held-paused = 全部暂停过
held-unapproved = 批准的人数不足
held-breaker = 太多聊天似乎已不存在

## 管理员：途中丢失的回答
invite-lost = 邀请已生成，但代码在途中丢失。请重新生成：{ $command }
code-lost = 给你的代码已生成，但在途中丢失。请再显示一次这条消息，取得新的代码。
panel-rate = 每秒 { $rate } 个 · 约剩 { $left }
data-moderator = 管理员 { $number }，{ $callsign }，{ $role }：你的地址（已密封），以及按编号记下的操作。
forgotten-moderator = 你仍是管理员 { $number }。负责人可用 { $remove } 结束。
