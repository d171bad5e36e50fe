//! `CsClientPolicy`: what clients offer a user.
//!
//! The server acts on none of it: clients get it when they sign in and whenever it changes. A field without a value is
//! not handed out, and the client does what it does by itself.

use plenum_schema::{Choice, Object, Problem, Settings, TimeSpan};

/// Decides what clients offer a user: photos, history, help, search, limits of the contact list.
///
/// A user gets the policy that was granted, otherwise that of the site of the home pool, otherwise the global one.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsClientPolicy",
    class = "Microsoft.Rtc.Management.WritableConfig.Policy.Client.ClientPolicy",
    scopes(global, site, tag),
    grantable,
    positions(get = 1, set = 1),
    cloud(Tenant(get, new, set, remove, grant), Global(grant)),
    provisioned = "endpointConfiguration"
)]
pub struct ClientPolicy {
    /// Settings that have no parameter of their own, as pairs of a name and a value made with New-
    /// CsClientPolicyEntry.
    pub policy_entry: Vec<ClientPolicyEntry>,
    /// Says for administrators what the policy is for.
    #[setting(label, max_length = 1040)]
    pub description: Option<String>,
    /// How clients search the address book.
    #[setting(provisioned = "endpointConfiguration/AbsUsage")]
    pub address_book_availability: AddressBookAvailability,
    /// The attendant console takes a transferred call back when nobody answers it.
    pub attendant_safe_transfer: Option<bool>,
    /// How long a client waits before it looks for its server again after a failure.
    pub auto_discovery_retry_interval: Option<TimeSpan>,
    /// People of federated domains may not begin a conversation with the user; the user may begin one with
    /// them.
    pub block_conversation_from_federated_contacts: Option<bool>,
    /// How many seconds a client waits between publications of the calendar's state.
    pub calendar_state_publication_interval: Option<u32>,
    /// How long a meeting's chat may be silent before the client leaves it.
    #[setting(name = "ConferenceIMIdleTimeout")]
    pub conference_im_idle_timeout: Option<TimeSpan>,
    /// The URL that the client's help opens when EnableEnterpriseCustomizedHelp is on.
    #[setting(format(url))]
    pub customized_help_url: Option<String>,
    /// The URL that error messages of the client point to.
    #[setting(format(url))]
    pub custom_link_in_error_messages: Option<String>,
    /// The URL of the document with custom presence states.
    #[setting(format(url))]
    pub custom_state_url: Option<String>,
    /// How often a client refreshes the members of distribution groups.
    #[setting(default = TimeSpan::hours(8), name = "DGRefreshInterval")]
    pub dg_refresh_interval: TimeSpan,
    /// Clients do not derive presence from the calendar.
    pub disable_calendar_presence: Option<bool>,
    /// The contact card has no organisation tab.
    pub disable_contact_card_organization_tab: Option<bool>,
    /// Clients integrate with the mail program even when its address is not the user's.
    pub disable_email_comparison_check: Option<bool>,
    /// Clients show emoticons as text.
    pub disable_emoticons: Option<bool>,
    /// The prompt of a federated invitation shows the address in place of the display name.
    pub disable_federated_prompt_display_name: Option<bool>,
    /// The client has no activity feeds tab.
    pub disable_feeds_tab: Option<bool>,
    /// Clients do not publish free and busy times.
    pub disable_free_busy_info: Option<bool>,
    /// A handset on a locked computer takes no calls.
    pub disable_handset_on_locked_machine: Option<bool>,
    /// Clients send and show messages without HTML.
    pub disable_html_im: Option<bool>,
    /// Clients offer only their own addresses for media, no relay.
    #[setting(name = "DisableICE")]
    pub disable_ice: Option<bool>,
    /// Clients do not send or show messages in ink.
    #[setting(name = "DisableInkIM")]
    pub disable_ink_im: Option<bool>,
    /// Clients do not publish subject and place of meetings.
    pub disable_meeting_subject_and_location: Option<bool>,
    /// Clients do not offer to take notes of a conversation in OneNote.
    pub disable_one_note12_integration: Option<bool>,
    /// Clients do not offer searches from names in documents.
    pub disable_online_contextual_search: Option<bool>,
    /// Telephone calls do not change the user's presence.
    pub disable_phone_presence: Option<bool>,
    /// The prompt of an invitation from a public provider shows the address in place of the display name.
    #[setting(name = "DisablePICPromptDisplayName")]
    pub disable_pic_prompt_display_name: Option<bool>,
    /// Clients do not warn about poor audio and video devices.
    pub disable_poor_device_warnings: Option<bool>,
    /// Clients do not warn about a poor network.
    pub disable_poor_network_warnings: Option<bool>,
    /// Clients do not publish the out-of-office message as a note.
    pub disable_presence_note: Option<bool>,
    /// Clients send and show messages without rich text.
    #[setting(name = "DisableRTFIM")]
    pub disable_rtfim: Option<bool>,
    /// Clients have no command to save a conversation.
    #[setting(name = "DisableSavingIM")]
    pub disable_saving_im: Option<bool>,
    /// Which photos clients show.
    #[setting(provisioned = "endpointConfiguration/PhotoUsage")]
    pub display_photo: DisplayPhoto,
    /// The user may choose to appear offline.
    pub enable_appear_offline: Option<bool>,
    /// Clients keep a log of calls in the conversation history.
    pub enable_call_log_auto_archiving: Option<bool>,
    /// A new user's contact list begins with the user's team.
    pub enable_client_auto_populate_with_team: Option<bool>,
    /// Clients play music to a caller on hold.
    #[setting(default = false, provisioned = "endpointConfiguration/!DisableMusicOnHold")]
    pub enable_client_music_on_hold: bool,
    /// Conversations share one window with tabs.
    pub enable_conversation_window_tabs: Option<bool>,
    /// The client's help opens CustomizedHelpUrl.
    pub enable_enterprise_customized_help: Option<bool>,
    /// Clients write to the event log of the computer.
    pub enable_event_logging: Option<bool>,
    /// Clients keep contacts in their own folder of the mailbox.
    pub enable_exchange_contacts_folder: Option<bool>,
    /// Clients make a mailbox contact of each contact.
    #[setting(default = true, provisioned = "endpointConfiguration/EnableContactSync")]
    pub enable_exchange_contact_sync: bool,
    /// Delegates of the mailbox become delegates of the user's calls.
    #[setting(provisioned = "endpointConfiguration/EnableExchangeDelegateSyncUp")]
    pub enable_exchange_delegate_sync: Option<bool>,
    /// Clients may show video on the full screen.
    #[setting(provisioned = "endpointConfiguration/EnableFullScreenVideoPreviewDisabled")]
    pub enable_full_screen_video: Option<bool>,
    /// Application sharing in meetings may send more frames and take more network.
    pub enable_high_performance_conferencing_app_sharing: Option<bool>,
    /// Application sharing between two users may send more frames and take more network.
    #[setting(default = false, name = "EnableHighPerformanceP2PAppSharing")]
    pub enable_high_performance_p2p_app_sharing: bool,
    /// Users may sign in at a common area phone as guests.
    pub enable_hotdesking: Option<bool>,
    /// Clients keep conversations in the conversation history.
    #[setting(name = "EnableIMAutoArchiving")]
    pub enable_im_auto_archiving: Option<bool>,
    /// On a virtual desktop, audio and video are handled by the computer in front of the user.
    pub enable_media_redirection: Option<bool>,
    /// Clients report how meetings are used.
    pub enable_meeting_engagement: Option<bool>,
    /// The user is asked when somebody adds the user to a contact list.
    #[setting(provisioned = "endpointConfiguration/NotificationForNewSubscribers")]
    pub enable_notification_for_new_subscribers: Option<bool>,
    /// Users may send feedback to the vendor.
    pub enable_online_feedback: Option<bool>,
    /// Feedback to the vendor may have screenshots.
    pub enable_online_feedback_screenshots: Option<bool>,
    /// The server writes conversations to the user's mailbox.
    #[setting(default = false)]
    pub enable_server_conversation_history: bool,
    /// Clients show the newer of their two user interfaces.
    #[setting(name = "EnableSkypeUI")]
    pub enable_skype_ui: Option<bool>,
    /// Clients send usage statistics to the vendor without asking.
    #[setting(name = "EnableSQMData")]
    pub enable_sqm_data: Option<bool>,
    /// Clients write a trace for support.
    pub enable_tracing: Option<bool>,
    /// Files may be sent to clients that cannot encrypt them.
    #[setting(provisioned = "endpointConfiguration/AllowUnencryptedFileTransfer")]
    pub enable_unencrypted_file_transfer: Option<bool>,
    /// Addresses in messages are links.
    #[setting(name = "EnableURL")]
    pub enable_url: Option<bool>,
    /// Clients watch only the contacts that are in view.
    pub enable_view_based_subscription_mode: Option<bool>,
    /// A click on a name calls the person's computer rather than a telephone.
    #[setting(name = "EnableVOIPCallDefault")]
    pub enable_voip_call_default: Option<bool>,
    /// Folders of the mailbox, separated by commas, that the client's search leaves out.
    pub excluded_contact_folders: Option<String>,
    /// Which of the vendor's help pages the client opens.
    pub help_environment: Option<String>,
    /// How long a guest may be idle at a common area phone before being signed out.
    #[setting(default = TimeSpan::minutes(5))]
    pub hotdesking_timeout: TimeSpan,
    /// After how many milliseconds a message that has not been answered counts as not delivered.
    #[setting(name = "IMLatencyErrorThreshold")]
    pub im_latency_error_threshold: Option<u32>,
    /// After how many milliseconds the client shows that a message is still being sent.
    #[setting(name = "IMLatencySpinnerDelay")]
    pub im_latency_spinner_delay: Option<u32>,
    /// A text that the client shows at the top of each conversation.
    #[setting(name = "IMWarning")]
    pub im_warning: Option<String>,
    /// How often the client reads calendar and out-of-office message from the mail program.
    #[setting(
        name = "MAPIPollInterval",
        provisioned = "endpointConfiguration/MapiPollInterval"
    )]
    pub mapi_poll_interval: Option<TimeSpan>,
    /// How many distribution groups the contact list may have.
    #[setting(default = 10, range = 0..=64)]
    pub maximum_d_gs_allowed_in_contact_list: u32,
    /// How many contacts the contact list may have.
    #[setting(range = 0..=1_000)]
    pub maximum_number_of_contacts: Option<u16>,
    /// The size in kilobytes that a photo may have.
    #[setting(default = 30, name = "MaxPhotoSizeKB")]
    pub max_photo_size_kb: u32,
    /// The file, on the user's computer, of the music for callers on hold.
    pub music_on_hold_audio_file: Option<String>,
    /// Whether application sharing between two users is encrypted.
    #[setting(
        name = "P2PAppSharingEncryption",
        provisioned = "endpointConfiguration/#P2PAppSharingEncryption"
    )]
    pub p2p_app_sharing_encryption: Option<P2PAppSharingEncryption>,
    /// The dial tone of a handset ends after three seconds rather than thirty.
    #[setting(provisioned = "endpointConfiguration/PlayAbbrDialTone")]
    pub play_abbreviated_dial_tone: Option<bool>,
    /// How many milliseconds a client collects changes of presence before it publishes them together.
    pub publication_batch_delay: Option<u32>,
    /// A user who rates a call may add a comment.
    pub rate_my_call_allow_custom_user_feedback: Option<bool>,
    /// After how many percent of the calls the user is asked to rate the call.
    #[setting(default = 10, range = 0..=100)]
    pub rate_my_call_display_percentage: u16,
    /// Whether meeting content has to be opened with a PIN.
    pub require_content_pin: Option<String>,
    /// Which attributes the address book is searched by: a sum of bits.
    pub search_prefix_flags: Option<u16>,
    /// The client offers to manage privacy relationships.
    #[setting(default = false)]
    pub show_manage_privacy_relationships: bool,
    /// The client shows recent contacts.
    pub show_recent_contacts: Option<bool>,
    /// The client offers to change the photo on the user's own site.
    #[setting(default = false)]
    pub show_sharepoint_photo_edit_link: bool,
    /// The URL of the expert search page outside the internal network.
    #[setting(
        format(url),
        name = "SPSearchCenterExternalURL",
        provisioned = "endpointConfiguration/SPSearchCenterExternalUrl"
    )]
    pub sp_search_center_external_url: Option<String>,
    /// The URL of the expert search page inside the internal network.
    #[setting(
        format(url),
        name = "SPSearchCenterInternalURL",
        provisioned = "endpointConfiguration/SPSearchCenterInternalUrl"
    )]
    pub sp_search_center_internal_url: Option<String>,
    /// The URL of the expert search outside the internal network.
    #[setting(
        format(url),
        name = "SPSearchExternalURL",
        provisioned = "endpointConfiguration/SPSearchExternalUrl"
    )]
    pub sp_search_external_url: Option<String>,
    /// The URL of the expert search inside the internal network.
    #[setting(
        format(url),
        name = "SPSearchInternalURL",
        provisioned = "endpointConfiguration/SPSearchInternalUrl"
    )]
    pub sp_search_internal_url: Option<String>,
    /// The client opens files with the newer of its two dialogues.
    pub support_modern_file_picker: Option<bool>,
    /// The URL of the document that defines the client's extra tabs.
    #[setting(format(url), name = "TabURL")]
    pub tab_url: Option<String>,
    /// How much telemetry the client sends.
    pub telemetry_tier: Option<String>,
    /// How much a client writes to its trace.
    pub tracing_level: Option<TracingLevel>,
    /// How often the client asks the mail server's web services.
    pub web_service_poll_interval: Option<TimeSpan>,
}

/// A client setting that has no parameter of its own.
#[derive(Clone, Debug, PartialEq, Object)]
pub struct ClientPolicyEntry {
    /// The setting's name, as the client knows it.
    #[setting(max_length = 256)]
    pub name: String,
    /// Its value.
    #[setting(max_length = 1024)]
    pub value: String,
}

/// How clients search the address book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum AddressBookAvailability {
    /// On the server and in the downloaded file.
    #[default]
    WebSearchAndFileDownload,
    /// Only on the server.
    WebSearchOnly,
    /// Only in the downloaded file.
    FileDownloadOnly,
}

/// Which photos clients show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum DisplayPhoto {
    /// None.
    NoPhoto,
    /// Those of the directory.
    PhotosFromADOnly,
    /// Those of the directory and those that users chose.
    #[default]
    AllPhotos,
}

/// Whether application sharing between two users is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum P2PAppSharingEncryption {
    /// When both sides can.
    Supported,
    /// Always; a side that cannot is refused.
    Enforced,
    /// Never.
    NotSupported,
}

/// How much a client writes to its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum TracingLevel {
    /// Nothing.
    Off,
    /// The essentials.
    Light,
    /// Everything.
    Full,
}

impl ClientPolicy {
    fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, entry) in self.policy_entry.iter().enumerate() {
            if entry.name.trim().is_empty() {
                let problem = Problem::new(format!("PolicyEntry[{index}].Name"), "an entry has a name");
                problems.push(problem.hint("Make entries with New-CsClientPolicyEntry -Name … -Value …"));
            }
            let earlier = &self.policy_entry[..index];
            if earlier
                .iter()
                .any(|other| other.name.eq_ignore_ascii_case(&entry.name))
            {
                let message = format!("there are two entries named '{}'", entry.name);
                problems.push(
                    Problem::new(format!("PolicyEntry[{index}].Name"), message).hint("Remove one of them."),
                );
            }
        }
        problems
    }
}
