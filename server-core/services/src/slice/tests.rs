//! Where messages belong among three worlds.

use super::*;
use crate::registrar::location::Locations;
use crate::routing::flow_token::Side;

fn secret() -> Secret {
    Secret::new([1; 16])
}

/// The third of three.
const LAST: Slice = Slice { index: 2, count: 3 };

fn way(text: &str) -> Way {
    let message = Message::parse(text.replace('\n', "\r\n").as_bytes()).unwrap();
    LAST.way(&secret(), &message)
}

fn request(line: &str, to: &str, more: &str) -> Way {
    way(&format!(
        "{line} SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\nFrom: <sip:bob@contoso.example>;tag=1\nTo: {to}\n\
         Call-ID: 1\nCSeq: 1 {}\n{more}\n",
        line.split(' ').next().unwrap()
    ))
}

/// Users of all three worlds, by world.
fn users() -> [String; 3] {
    std::array::from_fn(|world| {
        let mut names = (0..).map(|number| format!("u{number}@contoso.example"));
        let lives = |name: &String| usize::from(LAST.of_user(&secret(), name)) == world;
        names.find(lives).unwrap()
    })
}

fn to_world(index: u8) -> Way {
    if index == LAST.index() {
        Way::Here
    } else {
        Way::World(index)
    }
}

#[test]
fn a_request_for_a_user_goes_where_the_user_lives() {
    for (world, user) in (0..).zip(users()) {
        let shouted = user.to_uppercase();
        for address in [&user, &shouted] {
            let to = format!("<sip:{address}>");
            for line in [
                "REGISTER sip:contoso.example".to_owned(),
                format!("INVITE sip:{address}"),
                format!("ACK sip:{address}"),
                format!("SUBSCRIBE sip:{address};gr=urn:uuid:1"),
            ] {
                assert_eq!(request(&line, &to, ""), to_world(world), "{line}");
            }
        }
    }
}

#[test]
fn what_a_world_handed_out_brings_messages_back_to_it() {
    for index in 0..3 {
        let slice = Slice { index, count: 3 };
        let token = flow_token::write(&secret(), index, b"1", Side::Uri);
        let route = format!("Route: <sip:{token}@192.0.2.1;lr>\n");
        let elsewhere = format!("<sip:{}>;tag=x", users()[usize::from(index + 1) % 3]);
        assert_eq!(
            request("BYE sip:u1@192.0.2.9", &elsewhere, &route),
            to_world(index)
        );
        // A strict router's.
        let line = format!("BYE sip:{token}@192.0.2.1");
        assert_eq!(request(&line, &elsewhere, ""), to_world(index));
        // Our tag, in a dialog with us.
        let to = format!("<sip:u1@contoso.example>;tag={index:x}0123456789abcde");
        assert_eq!(request("SUBSCRIBE sip:192.0.2.1", &to, ""), to_world(index));
        // Our branch.
        let branch = plenum_sip::proxy::BranchMaker::new(&secret(), index).own();
        let response = format!(
            "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.1;branch={branch}\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>\n\
             Call-ID: 1\nCSeq: 1 INVITE\n\n"
        );
        assert_eq!(way(&response), to_world(index));
        // A temporary GRUU.
        let mut locations = Locations::new(slice);
        let gruu = gruu::temporary(
            &secret(),
            1,
            "contoso.example",
            Default::default(),
            locations.next_id(),
        );
        assert_eq!(
            request(&format!("INVITE {gruu}"), "<sip:x@y>", ""),
            to_world(index)
        );
    }
}

#[test]
fn a_number_is_looked_up_and_what_names_nobody_stays() {
    let number = Way::Number("+14255550100".to_owned());
    assert_eq!(
        request("INVITE tel:+1-425-555-0100", "<tel:+14255550100>", ""),
        number
    );
    assert_eq!(
        request("OPTIONS sip:contoso.example", "<sip:contoso.example>", ""),
        Way::Here
    );
}

#[test]
fn no_two_worlds_give_a_binding_the_same_number() {
    let mut worlds: Vec<Locations> = (0..3)
        .map(|index| Locations::new(Slice { index, count: 3 }))
        .collect();
    let mut given = std::collections::HashSet::new();
    for locations in &mut worlds {
        locations.know_id(crate::registrar::location::BindingId(100));
    }
    for turn in 0..30 {
        let id = worlds[turn % 3].next_id();
        assert!(id.0 > 100 && given.insert(id), "{id:?}");
    }
}
