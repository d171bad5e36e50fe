//! What a policy lets a call of two parties do: the one place where CsConferencingPolicy and CsVoicePolicy meet SIP.
//!
//! Each party's own policy speaks for that party (the product's enforcement table), so video needs both. Fields about
//! meetings (AllowIPAudio, AllowIPVideo …) are the organizer's and have no say in a call of two.

use plenum_settings::conferencing::conferencing_policy::EnableAppDesktopSharing;
use plenum_topology::directory::UserRecord;

use super::media::MediaKinds;
use crate::diagnostics::Reason;
use crate::published::Published;

/// Whether these two may have a call with these media. A party of another deployment is `None`: its own server speaks
/// for it.
pub fn may_use(
    published: &Published,
    caller: Option<&UserRecord>,
    callee: Option<&UserRecord>,
    media: MediaKinds,
) -> Result<(), Reason> {
    if let Some(caller) = caller {
        own_media(published, caller, media).map_err(Denied::of_asker)?;
        let policy = published.conferencing_policy(caller);
        if media.sharing && policy.enable_app_desktop_sharing == EnableAppDesktopSharing::None {
            return Err(Reason::SharingNotAllowed);
        }
    }
    if let Some(callee) = callee {
        own_media(published, callee, media).map_err(Denied::of_peer)?;
    }
    Ok(())
}

/// Whether anything of this user's calls depends on what is offered; if so, an INVITE has to carry its offer.
pub fn is_restricted(published: &Published, user: &UserRecord) -> bool {
    let everything = MediaKinds {
        audio: true,
        video: true,
        sharing: true,
        file: true,
    };
    may_use(published, Some(user), None, everything).is_err()
}

/// Whether the user may transfer a call (REFER, RFC 3515).
pub fn may_transfer(published: &Published, user: &UserRecord) -> Result<(), Reason> {
    if published.voice_policy(user).enable_call_transfer {
        Ok(())
    } else {
        Err(Reason::TransferNotAllowed)
    }
}

/// Whether a redirection (3xx) by the user's phone may send a call on.
pub fn may_forward(published: &Published, user: &UserRecord) -> bool {
    published.voice_policy(user).allow_call_forwarding
}

enum Denied {
    AudioVideo,
    Video,
    File,
}

impl Denied {
    fn of_asker(self) -> Reason {
        match self {
            Self::AudioVideo => Reason::AudioVideoDisabled,
            Self::Video => Reason::VideoNotAllowed,
            Self::File => Reason::FileTransferNotAllowed,
        }
    }

    fn of_peer(self) -> Reason {
        match self {
            Self::AudioVideo => Reason::PeerAudioVideoDisabled,
            Self::Video => Reason::PeerVideoNotAllowed,
            Self::File => Reason::PeerFileTransferNotAllowed,
        }
    }
}

fn own_media(published: &Published, user: &UserRecord, media: MediaKinds) -> Result<(), Denied> {
    if user.audio_video_disabled && (media.audio || media.video) {
        return Err(Denied::AudioVideo);
    }
    let policy = published.conferencing_policy(user);
    if media.video && !policy.enable_p2p_video {
        return Err(Denied::Video);
    }
    if media.file && !policy.enable_p2p_file_transfer {
        return Err(Denied::File);
    }
    Ok(())
}
