//! `CsConferencingPolicy`: meetings of a user, and what two users may do besides talking.
//!
//! Property order is that of the property catalogue. EnableP2PVideo is on by default, as in the product's own Global
//! policy: the server enforces it, and ordinary video phones would otherwise be refused.

use plenum_schema::{Choice, Settings};

/// Decides what a user's meetings may have, and what the user may share with another user in a call.
///
/// A user gets the policy that was granted, otherwise that of the site of the home pool, otherwise the global one.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsConferencingPolicy",
    class = "Microsoft.Rtc.Management.WritableConfig.Policy.Meeting.MeetingPolicy",
    scopes(global, site, tag),
    grantable,
    cloud(Tenant(get, new, set, remove, grant), ApplicableTo(get), Include(get)),
    provisioned = "meetingPolicy"
)]
pub struct ConferencingPolicy {
    /// Participants may draw on shared content.
    #[setting(default = true)]
    pub allow_annotations: bool,
    /// People who are not authenticated may join the user's meetings.
    #[setting(default = true, provisioned = "meetingPolicy/AllowAnonymousParticipants")]
    pub allow_anonymous_participants_in_meetings: bool,
    /// People who are not authenticated may have the meeting call them.
    #[setting(default = false)]
    pub allow_anonymous_users_to_dial_out: bool,
    /// The user may record meetings.
    #[setting(default = false, provisioned = "meetingPolicy/AllowRecording")]
    pub allow_conference_recording: bool,
    /// The user may give people outside control of a shared application.
    #[setting(default = false)]
    pub allow_external_user_control: bool,
    /// People outside may record the user's meetings.
    #[setting(default = false, provisioned = "meetingPolicy/AllowExternalUserRecording")]
    pub allow_external_users_to_record_meeting: bool,
    /// People outside may save handouts and slides of the user's meetings.
    #[setting(default = true)]
    pub allow_external_users_to_save_content: bool,
    /// People of federated domains join the user's meetings like colleagues, without the lobby.
    #[setting(default = false)]
    pub allow_federated_participant_join_as_same_enterprise: bool,
    /// The user's meetings may have audio by computer.
    #[setting(default = true, name = "AllowIPAudio")]
    pub allow_ip_audio: bool,
    /// The user's meetings may have video.
    #[setting(default = true, name = "AllowIPVideo")]
    pub allow_ip_video: bool,
    /// The user's meetings are large: no participant list is distributed.
    #[setting(default = false)]
    pub allow_large_meetings: bool,
    /// Several videos may be seen at a time in the user's meetings.
    #[setting(default = true)]
    pub allow_multi_view: bool,
    /// Participants without Enterprise Voice may have the meeting call a telephone.
    #[setting(default = false)]
    pub allow_non_enterprise_voice_users_to_dial_out: bool,
    /// Office documents may be shared and edited together in the user's meetings.
    pub allow_office_content: Option<bool>,
    /// Participants may ask for control of a shared application.
    #[setting(default = true)]
    pub allow_participant_control: bool,
    /// The user's meetings may have polls.
    #[setting(default = true)]
    pub allow_polls: bool,
    /// The user's meetings may have a questions and answers session.
    #[setting(default = true, name = "AllowQandA")]
    pub allow_q_and_a: bool,
    /// The user's meetings may have shared notes.
    #[setting(default = true)]
    pub allow_shared_notes: bool,
    /// The user may schedule meetings with application sharing.
    #[setting(default = true)]
    pub allow_user_to_schedule_meetings_with_app_sharing: bool,
    /// Whether applications are shared as video, or by the remote desktop protocol only.
    #[setting(format(one_of("VideoWithFallback", "RDP")))]
    pub application_sharing_mode: Option<String>,
    /// The bit rate of application sharing in kbit/s.
    #[setting(default = 50_000, range = 0..=4_294_967_295, provisioned = "meetingPolicy/AppSharingBitRate")]
    pub app_sharing_bit_rate_kb: i64,
    /// The bit rate of audio in kbit/s.
    #[setting(default = 200, range = 20..=200, provisioned = "meetingPolicy/AudioBitRate")]
    pub audio_bit_rate_kb: u32,
    /// Whether meetings are recorded by the vendor's cloud service.
    #[setting(refused = "the vendor's cloud services cannot be connected")]
    pub cloud_recording_service_support: CloudRecordingServiceSupport,
    /// Says for administrators what the policy is for.
    #[setting(label, max_length = 1040)]
    pub description: Option<String>,
    /// Participants may not draw on slides.
    #[setting(default = false)]
    pub disable_power_point_annotations: bool,
    /// What of the screen the user may share.
    #[setting(enforced(CallRouting, "meetingPolicy/AllowedAppDesktopSharingLevel"))]
    pub enable_app_desktop_sharing: EnableAppDesktopSharing,
    /// The user's meetings may have slides, whiteboards and handouts.
    #[setting(default = true)]
    pub enable_data_collaboration: bool,
    /// People may join the user's meetings by telephone.
    #[setting(default = true, provisioned = "meetingPolicy/EnablePSTNConferencing")]
    pub enable_dial_in_conferencing: bool,
    /// Files may be sent in the user's meetings.
    #[setting(default = true, provisioned = "meetingPolicy/AllowFileTransfer")]
    pub enable_file_transfer: bool,
    /// The user may see several videos at a time.
    #[setting(default = true)]
    pub enable_multi_view_join: bool,
    /// The user is asked whether a meeting with only colleagues is an online meeting.
    #[setting(default = false)]
    pub enable_online_meeting_prompt_for_lync_resources: bool,
    /// The user may send files to and get files from another user.
    #[setting(
        default = true,
        enforced(CallRouting, "meetingPolicy"),
        name = "EnableP2PFileTransfer"
    )]
    pub enable_p2p_file_transfer: bool,
    /// The user may record calls with another user.
    #[setting(default = false, name = "EnableP2PRecording")]
    pub enable_p2p_recording: bool,
    /// The user may have video calls with another user.
    #[setting(
        default = true,
        enforced(CallRouting, "meetingPolicy"),
        name = "EnableP2PVideo"
    )]
    pub enable_p2p_video: bool,
    /// Deleted meetings are removed from the server at once.
    #[setting(refused = "meetings are not built yet")]
    pub enable_reliable_conference_deletion: Option<bool>,
    /// The bit rate of file transfers in kbit/s.
    #[setting(default = 50_000, range = 0..=4_294_967_295, provisioned = "meetingPolicy/FileTransferBitRate")]
    pub file_transfer_bit_rate_kb: i64,
    /// How many people may be in one of the user's meetings.
    #[setting(default = 250, range = 1..=4_294_967_295_u32, provisioned = "meetingPolicy/MeetingSize")]
    pub max_meeting_size: u32,
    /// The largest picture of video in meetings.
    #[setting(provisioned = "meetingPolicy/MaxConferenceVideoResolution")]
    pub max_video_conference_resolution: MaxVideoConferenceResolution,
    /// The bit rate in kbit/s of all video that the user receives at a time.
    #[setting(default = 50_000, range = 0..=4_294_967_295)]
    pub total_receive_video_bit_rate_kb: i64,
    /// The bit rate in kbit/s of the video that the user sends.
    #[setting(default = 400, range = 0..=4_294_967_295, provisioned = "meetingPolicy/VideoBitRate")]
    pub video_bit_rate_kb: i64,
}

/// What of the screen a user may share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum EnableAppDesktopSharing {
    /// Everything.
    #[default]
    Desktop,
    /// One application.
    SingleApplication,
    /// Nothing.
    None,
}

/// The largest picture of video in meetings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum MaxVideoConferenceResolution {
    /// 352 by 288.
    #[choice("CIF")]
    Cif,
    /// 640 by 480.
    #[choice("VGA")]
    #[default]
    Vga,
}

/// Whether meetings are recorded by the vendor's cloud service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum CloudRecordingServiceSupport {
    /// They cannot be.
    #[default]
    NotSupported,
    /// They may be.
    Supported,
    /// They must be.
    Required,
}
